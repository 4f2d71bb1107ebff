//! Runs a command.

use std::{ffi::OsString, io::Write, path::PathBuf, process::ExitCode};

use super::{
    args::{Command, Format, Options, parse},
    clock::today,
    data::{data_folder, load_assessment, load_model, load_rules_dir},
    error::CliError,
    exports::facts_of,
    require,
};
use crate::{
    assess::{Assessment, assess},
    facts::Facts,
    plan::plan,
    rules::RuleSet,
    score::score,
    share::report,
};

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let mut out = std::io::stdout().lock();
    let mut err = std::io::stderr().lock();
    match run(args, &mut out, &mut err) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(err, "cairn: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// Runs a command; true where every requirement holds.
///
/// # Errors
/// [`CliError`] for a wrong command line or an input that cannot be used.
pub fn run(args: Vec<OsString>, out: &mut dyn Write, err: &mut dyn Write) -> Result<bool, CliError> {
    let (command, options) = parse(args)?;
    match command {
        Command::Print(text) => print(out, &text)?,
        Command::Schema(text) => write_result(&options, out, &text)?,
        Command::Scan => {
            let input = Input::read(&options, err)?;
            let json = serde_json::to_string(&input.facts).map_err(|e| CliError::Input(e.to_string()))?;
            write_result(&options, out, &json)?;
        }
        Command::Score => return score_input(&options, &Input::read(&options, err)?, out, err),
    }
    Ok(true)
}

/// What scan and score begin with.
struct Input {
    /// The folder with models and rules.
    data: PathBuf,
    rules: RuleSet,
    assessment: Assessment,
    facts: Facts,
}

impl Input {
    /// Reads and scans all inputs together. Progress and problems go to `err`.
    fn read(options: &Options, err: &mut dyn Write) -> Result<Self, CliError> {
        let data = data_folder(options.data.as_deref())?;
        let rules = load_rules_dir(&data)?;
        let assessment = match &options.assessment {
            Some(path) => load_assessment(path)?,
            None => Assessment::default(),
        };
        let mut facts = Facts::new(&rules.digest);
        for input in &options.inputs {
            facts.merge(facts_of(input, &rules, &assessment, &mut |line| {
                if !options.is_quiet {
                    let _ = writeln!(err, "{line}");
                }
            })?);
        }
        for problem in &facts.problems {
            let _ = writeln!(err, "cairn: {}: {}", problem.path, problem.why);
        }
        Ok(Self { data, rules, assessment, facts })
    }
}

fn score_input(options: &Options, input: &Input, out: &mut dyn Write, err: &mut dyn Write) -> Result<bool, CliError> {
    let model = load_model(&input.data, &options.model)?;
    if let Some(missing) = input.rules.missing_for(&model).first() {
        return Err(CliError::Input(format!("model {}: {missing}", model.id)));
    }
    let date = options.date.clone().unwrap_or_else(today);
    let findings = assess(&model, &input.facts, &input.assessment, &date);
    let card = score(&model, &findings);
    let json = report::json(&model, &findings, &card);
    let text = match options.format {
        Format::Json => serde_json::to_string_pretty(&json).map_err(|e| CliError::Input(e.to_string()))? + "\n",
        Format::Markdown => {
            report::markdown(&model, &findings, &card, &plan(&model, &findings, &input.assessment.targets))
        }
        Format::Table => report::table(&model, &findings, &card),
    };
    write_result(options, out, &text)?;
    let mut failures = Vec::new();
    for requirement in &options.requirements {
        failures.extend(require::check(requirement, &card, &findings)?);
    }
    if let Some(path) = &options.baseline {
        failures.extend(require::compare_with_baseline(path, &json)?);
    }
    for failure in &failures {
        let _ = writeln!(err, "cairn: {failure}");
    }
    Ok(failures.is_empty())
}

fn print(out: &mut dyn Write, text: &str) -> Result<(), CliError> {
    out.write_all(text.as_bytes()).map_err(|e| CliError::Input(format!("standard output: {e}")))
}

fn write_result(options: &Options, out: &mut dyn Write, text: &str) -> Result<(), CliError> {
    match &options.output {
        Some(path) => std::fs::write(path, text).map_err(|e| CliError::input(path, format!("cannot be written: {e}"))),
        None => print(out, text),
    }
}
