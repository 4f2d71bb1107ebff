//! Runs a command.

use std::{ffi::OsString, io::Write, path::PathBuf, process::ExitCode};

use super::{
    args::{Command, Format, Options, parse},
    clock::today,
    data::{data_folder, load_assessment, load_model, load_rules_dir, model_text},
    error::CliError,
    exports::Inputs,
    require,
};
use crate::{
    assess,
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
        Ok(outcome) => ExitCode::from(outcome.exit_code()),
        Err(error) => {
            let _ = writeln!(err, "cairn: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// How a command ends that has a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All was read, and every requirement holds.
    Complete,
    /// A requirement or the baseline does not hold.
    RequirementFailed,
    /// The result is there, and some of what was named could not be read.
    Incomplete,
}

impl Outcome {
    fn exit_code(self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::RequirementFailed => 1,
            Self::Incomplete => 4,
        }
    }
}

/// Runs a command.
///
/// # Errors
/// [`CliError`] for a wrong command line, or where no input can be used.
pub fn run(args: Vec<OsString>, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome, CliError> {
    let (command, options) = parse(args)?;
    match command {
        Command::Print(text) => print(out, &text)?,
        Command::Schema(text) => write_result(&options, out, &text)?,
        Command::Model(name) => {
            let text = model_text(&data_folder(options.data.as_deref())?, &name)?;
            write_result(&options, out, &text)?;
        }
        Command::Scan => {
            let input = Input::read(&options, err)?;
            let json = serde_json::to_string(&input.facts).map_err(|e| CliError::Input(e.to_string()))?;
            write_result(&options, out, &json)?;
            return Ok(input.outcome());
        }
        Command::Estate => {
            let input = Input::read(&options, err)?;
            write_result(&options, out, &estate_text(&options, &input)?)?;
            return Ok(input.outcome());
        }
        Command::Score => return score_input(&options, &Input::read(&options, err)?, out, err),
    }
    Ok(Outcome::Complete)
}

/// What scan and score begin with.
struct Input {
    /// The folder with models and rules.
    data: PathBuf,
    rules: RuleSet,
    assessment: Assessment,
    facts: Facts,
    /// Some of what was named could not be read.
    is_incomplete: bool,
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
        let mut inputs = Inputs::new(&rules, &assessment);
        for input in &options.inputs {
            inputs.add(input, &mut |line| {
                if !options.is_quiet {
                    let _ = writeln!(err, "{line}");
                }
            });
        }
        let Inputs { facts, read, failed, messages, .. } = inputs;
        // What is wrong with whole inputs is said with their paths.
        let is_said = |line: &String| messages.iter().any(|message| message.ends_with(line));
        let problems = facts.problems.iter().map(|problem| format!("{}: {}", problem.path, problem.why));
        let mut lines = problems.filter(|line| !is_said(line)).chain(messages.iter().cloned());
        if read == 0 {
            // The first is the message of the error.
            let first = lines.next().unwrap_or_else(|| "nothing could be read".to_owned());
            lines.for_each(|line| _ = writeln!(err, "cairn: {line}"));
            return Err(CliError::Input(first));
        }
        lines.for_each(|line| _ = writeln!(err, "cairn: {line}"));
        Ok(Self { data, rules, assessment, facts, is_incomplete: failed > 0 })
    }

    /// How a command ends that only needs a result.
    fn outcome(&self) -> Outcome {
        if self.is_incomplete { Outcome::Incomplete } else { Outcome::Complete }
    }
}

/// What exists in the repositories that the assessment does not leave out.
fn estate_text(options: &Options, input: &Input) -> Result<String, CliError> {
    let inventory = assess::inventory(&input.facts, &input.assessment);
    match options.format {
        Format::Json => {
            Ok(serde_json::to_string_pretty(&inventory).map_err(|e| CliError::Input(e.to_string()))? + "\n")
        }
        Format::Table | Format::Markdown => Ok(report::estate(&inventory)),
    }
}

fn score_input(
    options: &Options,
    input: &Input,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Outcome, CliError> {
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
    Ok(if failures.is_empty() { input.outcome() } else { Outcome::RequirementFailed })
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
