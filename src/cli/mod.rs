//! The command line: the same core, native. Files, clocks and exit codes live here and nowhere else.

mod load;
mod require;
mod schema;

use std::{ffi::OsString, fmt, io::Write, path::PathBuf, process::ExitCode};

pub use load::{facts_of, load_model, load_rules_dir, today};
pub use schema::{SCHEMAS, schema};

use crate::{
    archive::format::extension_list,
    assess::{Assessment, assess},
    facts::Facts,
    model, plan,
    score::score,
    share::report,
    util::sorted::SortedMap,
};

const HELP: &str = "\
cairn measures GitOps and cloud native maturity from exports of repositories.

USAGE
  cairn scan EXPORT... [-o facts.json]
  cairn score [--model MODEL] [OPTIONS] EXPORT-or-facts.json...
  cairn schema model|overlay|rules|facts|assessment

  An EXPORT is an archive ({extensions}) or a folder. All arguments together are one organization.
  Facts files made by `cairn scan` can stand in place of exports: scan each repository where it lives, then
  score the facts together.

OPTIONS
  -o, --output FILE      write there instead of to standard output
      --model MODEL      model id (gitops, cncf) or the path of a model file; default gitops
      --format FORMAT    table, json or markdown; default table
      --assessment FILE  answers of people, as saved by the page (\"Save as a file\")
      --require RULE     fail unless the rule holds; may be given several times. A rule is `overall>=1`,
                         `DIMENSION>=1.5` (its low score), `DIMENSION.coverage>=0.5` or `PRACTICE>=0.8`
      --baseline FILE    fail where the result is worse than this earlier `--format json` output
      --data FOLDER      folder with models/ and rules/; default: public/ beside the program or here, or $CAIRN_DATA
      --date DATE        today, as 2026-11-23, for exemptions with a date
  -q, --quiet            no progress on standard error
  -h, --help             this text
  -V, --version          the version

EXIT CODES
  0  done, and every requirement holds
  1  a requirement or the baseline does not hold
  2  the command line is wrong
  3  an input cannot be read or is not what it should be
";

fn help() -> String {
    HELP.replace("{extensions}", &extension_list())
}

/// What ends the program early.
#[derive(Debug)]
pub enum CliError {
    /// The command line is wrong: exit code 2.
    Usage(String),
    /// An input cannot be used: exit code 3.
    Input(String),
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => write!(f, "{message}\nTry `cairn --help`."),
            Self::Input(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for CliError {}

impl From<lexopt::Error> for CliError {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

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
            match error {
                CliError::Usage(_) => ExitCode::from(2),
                CliError::Input(_) => ExitCode::from(3),
            }
        }
    }
}

#[derive(Default)]
struct Options {
    inputs: Vec<PathBuf>,
    output: Option<PathBuf>,
    model: String,
    format: String,
    assessment: Option<PathBuf>,
    require: Vec<String>,
    baseline: Option<PathBuf>,
    data: Option<PathBuf>,
    date: Option<String>,
    quiet: bool,
}

/// Runs a command; true where every requirement holds.
///
/// # Errors
/// [`CliError`] for a wrong command line or an input that cannot be used.
pub fn run(args: Vec<OsString>, out: &mut dyn Write, err: &mut dyn Write) -> Result<bool, CliError> {
    use lexopt::prelude::{Long, Short, Value};
    let mut parser = lexopt::Parser::from_args(args);
    let mut command: Option<String> = None;
    let mut options = Options { model: "gitops".into(), format: "table".into(), ..Options::default() };
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return say(out, &help()).map(|()| true),
            Short('V') | Long("version") => {
                return say(out, concat!("cairn ", env!("CARGO_PKG_VERSION"), "\n")).map(|()| true);
            }
            Short('o') | Long("output") => options.output = Some(parser.value()?.into()),
            Short('q') | Long("quiet") => options.quiet = true,
            Long("model") => options.model = text(parser.value()?)?,
            Long("format") => options.format = text(parser.value()?)?,
            Long("assessment") => options.assessment = Some(parser.value()?.into()),
            Long("require") => options.require.push(text(parser.value()?)?),
            Long("baseline") => options.baseline = Some(parser.value()?.into()),
            Long("data") => options.data = Some(parser.value()?.into()),
            Long("date") => options.date = Some(text(parser.value()?)?),
            Value(value) if command.is_none() => command = Some(text(value)?),
            Value(value) => options.inputs.push(value.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(command) = command else { return say(out, &help()).map(|()| true) };
    if command == "schema" {
        let kind = options.inputs.first().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(text) = schema(&kind) else {
            let kinds: Vec<&str> = SCHEMAS.to_vec();
            return Err(CliError::Usage(format!("`cairn schema` needs one of: {}", kinds.join(", "))));
        };
        return write_out(&options, out, &text).map(|()| true);
    }
    if !matches!(command.as_str(), "scan" | "score") {
        return Err(CliError::Usage(format!("there is no command \"{command}\"; there are scan, score and schema")));
    }
    if options.inputs.is_empty() {
        return Err(CliError::Usage(format!("`cairn {command}` needs at least one export or facts file")));
    }
    if !matches!(options.format.as_str(), "table" | "json" | "markdown") {
        return Err(CliError::Usage(format!("--format is table, json or markdown, not \"{}\"", options.format)));
    }
    let data = load::data_folder(options.data.as_deref())?;
    let rules = load_rules_dir(&data)?;
    let assessment = match &options.assessment {
        Some(path) => load::assessment(path)?,
        None => Assessment::default(),
    };
    let mut facts = Facts::new(&rules.digest);
    for input in &options.inputs {
        facts.merge(facts_of(input, &rules, &assessment, &mut |line| {
            if !options.quiet {
                let _ = writeln!(err, "{line}");
            }
        })?);
    }
    for problem in &facts.problems {
        let _ = writeln!(err, "cairn: {}: {}", problem.path, problem.why);
    }
    if command == "scan" {
        let json = serde_json::to_string(&facts).map_err(|e| CliError::Input(e.to_string()))?;
        write_out(&options, out, &json)?;
        return Ok(true);
    }
    score_command(&options, &data, &rules, &facts, &assessment, out, err)
}

fn score_command(
    options: &Options,
    data: &std::path::Path,
    rules: &crate::rules::RuleSet,
    facts: &Facts,
    assessment: &Assessment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<bool, CliError> {
    let model: model::Model = load_model(data, &options.model)?;
    let missing = rules.missing_for(&model);
    if let Some(first) = missing.first() {
        return Err(CliError::Input(format!("model {}: {first}", model.id)));
    }
    let date = options.date.clone().unwrap_or_else(today);
    let findings = assess(&model, facts, assessment, &date);
    let card = score(&model, &findings);
    let json = report::json(&model, &findings, &card);
    let text = match options.format.as_str() {
        "json" => serde_json::to_string_pretty(&json).map_err(|e| CliError::Input(e.to_string()))? + "\n",
        "markdown" => {
            let targets: SortedMap<String, u8> = assessment.targets.clone();
            report::markdown(&model, &findings, &card, &plan::plan(&model, &findings, &targets))
        }
        _ => report::table(&model, &findings, &card),
    };
    write_out(options, out, &text)?;
    let mut failures = Vec::new();
    for rule in &options.require {
        if let Some(failure) = require::check(rule, &card, &findings)? {
            failures.push(failure);
        }
    }
    if let Some(path) = &options.baseline {
        failures.extend(require::baseline(path, &json)?);
    }
    for failure in &failures {
        let _ = writeln!(err, "cairn: {failure}");
    }
    Ok(failures.is_empty())
}

fn text(value: OsString) -> Result<String, CliError> {
    value.into_string().map_err(|v| CliError::Usage(format!("\"{}\" is not valid text", v.to_string_lossy())))
}

fn say(out: &mut dyn Write, text: &str) -> Result<(), CliError> {
    out.write_all(text.as_bytes()).map_err(|e| CliError::Input(format!("standard output: {e}")))
}

fn write_out(options: &Options, out: &mut dyn Write, text: &str) -> Result<(), CliError> {
    match &options.output {
        Some(path) => std::fs::write(path, text)
            .map_err(|e| CliError::Input(format!("{}: cannot be written: {e}", path.display()))),
        None => say(out, text),
    }
}
