//! The command line: what may be asked for, and how.

use std::{ffi::OsString, path::PathBuf};

use super::{
    error::CliError,
    schema::{SCHEMAS, schema},
};
use crate::archive::format::extension_list;

const HELP: &str = "\
cairn measures GitOps and cloud native maturity from exports of repositories.

USAGE
  cairn scan EXPORT... [-o facts.json]
  cairn score [--model MODEL] [OPTIONS] EXPORT-or-facts.json...
  cairn estate [--format table|json] EXPORT-or-facts.json...
  cairn model MODEL [-o model.yaml]
  cairn schema model|practices|overlay|rules|facts|assessment

  An EXPORT is an archive ({extensions}) or a folder. All arguments together are one organization.
  Facts files made by `cairn scan` can stand in place of exports: scan each repository where it lives, then
  score the facts together. `cairn model` writes a model, or an overlay, with the definitions that it uses, complete in
  one file.

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
  3  nothing could be read: no input is what it should be
  4  done, and some inputs could not be read; the result is that of the others
";
const VERSION: &str = concat!("cairn ", env!("CARGO_PKG_VERSION"), "\n");

/// What a command line asks for.
pub(super) enum Command {
    /// Print a text: the help, the version.
    Print(String),
    /// Write this JSON Schema.
    Schema(String),
    /// Write this model with its definitions.
    Model(String),
    /// Write the facts of exports.
    Scan,
    /// Score exports.
    Score,
    /// Say what exists in exports.
    Estate,
}

/// How it is asked for.
pub(super) struct Options {
    /// Exports and facts files.
    pub(super) inputs: Vec<PathBuf>,
    /// Where the result goes; none: standard output.
    pub(super) output: Option<PathBuf>,
    /// Id of a model or path of its file.
    pub(super) model: String,
    pub(super) format: Format,
    /// Answers that the page saved.
    pub(super) assessment: Option<PathBuf>,
    pub(super) requirements: Vec<String>,
    pub(super) baseline: Option<PathBuf>,
    /// The folder with models and rules.
    pub(super) data: Option<PathBuf>,
    /// Today, ISO 8601.
    pub(super) date: Option<String>,
    pub(super) is_quiet: bool,
}

/// How scores are written.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Table,
    Json,
    Markdown,
}

/// Reads the arguments, program name left out.
pub(super) fn parse(args: Vec<OsString>) -> Result<(Command, Options), CliError> {
    use lexopt::prelude::{Long, Short, Value};
    let mut parser = lexopt::Parser::from_args(args);
    let mut command: Option<String> = None;
    let mut format = "table".to_owned();
    let mut options = Options {
        inputs: Vec::new(),
        output: None,
        model: "gitops".into(),
        format: Format::Table,
        assessment: None,
        requirements: Vec::new(),
        baseline: None,
        data: None,
        date: None,
        is_quiet: false,
    };
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok((Command::Print(help()), options)),
            Short('V') | Long("version") => return Ok((Command::Print(VERSION.to_owned()), options)),
            Short('o') | Long("output") => options.output = Some(parser.value()?.into()),
            Short('q') | Long("quiet") => options.is_quiet = true,
            Long("model") => options.model = text(parser.value()?)?,
            Long("format") => format = text(parser.value()?)?,
            Long("assessment") => options.assessment = Some(parser.value()?.into()),
            Long("require") => options.requirements.push(text(parser.value()?)?),
            Long("baseline") => options.baseline = Some(parser.value()?.into()),
            Long("data") => options.data = Some(parser.value()?.into()),
            Long("date") => options.date = Some(text(parser.value()?)?),
            Value(value) if command.is_none() => command = Some(text(value)?),
            Value(value) => options.inputs.push(value.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let command = match command.as_deref() {
        None => return Ok((Command::Print(help()), options)),
        Some("schema") => return Ok((schema_command(&options)?, options)),
        Some("model") => return Ok((model_command(&options)?, options)),
        Some("scan") => Command::Scan,
        Some("score") => Command::Score,
        Some("estate") => Command::Estate,
        Some(other) => {
            return Err(CliError::Usage(format!(
                "there is no command \"{other}\"; there are scan, score, estate, model and schema"
            )));
        }
    };
    if options.inputs.is_empty() {
        let name = match command {
            Command::Scan => "scan",
            Command::Estate => "estate",
            _ => "score",
        };
        return Err(CliError::Usage(format!("`cairn {name}` needs at least one export or facts file")));
    }
    options.format = match format.as_str() {
        "table" => Format::Table,
        "json" => Format::Json,
        "markdown" => Format::Markdown,
        _ => return Err(CliError::Usage(format!("--format is table, json or markdown, not \"{format}\""))),
    };
    if matches!((&command, options.format), (Command::Estate, Format::Markdown)) {
        return Err(CliError::Usage("`cairn estate` writes a table or json, not markdown".into()));
    }
    Ok((command, options))
}

fn model_command(options: &Options) -> Result<Command, CliError> {
    match options.inputs.as_slice() {
        [model] => Ok(Command::Model(model.to_string_lossy().into_owned())),
        _ => Err(CliError::Usage("`cairn model` needs one model: its id or the path of its file".into())),
    }
}

fn schema_command(options: &Options) -> Result<Command, CliError> {
    let kind = options.inputs.first().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let text =
        schema(&kind).ok_or_else(|| CliError::Usage(format!("`cairn schema` needs one of: {}", SCHEMAS.join(", "))))?;
    Ok(Command::Schema(text))
}

fn help() -> String {
    HELP.replace("{extensions}", &extension_list())
}

fn text(value: OsString) -> Result<String, CliError> {
    value.into_string().map_err(|v| CliError::Usage(format!("\"{}\" is not valid text", v.to_string_lossy())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(line: &str) -> Result<(Command, Options), CliError> {
        parse(line.split_whitespace().map(OsString::from).collect())
    }

    fn usage_error(line: &str) -> String {
        match parse_words(line) {
            Err(CliError::Usage(message)) => message,
            _ => panic!("{line} is no usage error"),
        }
    }

    #[test]
    fn options_may_stand_anywhere() {
        let (command, options) =
            parse_words("--model cncf score a.tar.gz --require overall>=1 -q b.zip --format json --require x>=0.5")
                .unwrap();
        assert!(matches!(command, Command::Score));
        assert_eq!(options.inputs, [PathBuf::from("a.tar.gz"), PathBuf::from("b.zip")]);
        assert_eq!((options.model.as_str(), options.is_quiet), ("cncf", true));
        assert!(matches!(options.format, Format::Json));
        assert_eq!(options.requirements, ["overall>=1", "x>=0.5"]);
    }

    #[test]
    fn help_needs_nothing_else() {
        for line in ["", "-h", "score --help"] {
            let Ok((Command::Print(text), _)) = parse_words(line) else { panic!("{line}") };
            assert!(text.contains("USAGE") && !text.contains("{extensions}"), "{text}");
        }
    }

    #[test]
    fn wrong_command_lines_say_what_is_right() {
        assert!(usage_error("scam x").contains("scan, score, estate, model and schema"));
        assert!(usage_error("scan").contains("at least one export"));
        assert!(usage_error("score x --format yaml").contains("table, json or markdown"));
        assert!(usage_error("schema nothing").contains("model, practices, overlay, rules"));
        assert!(usage_error("score x --colour").contains("--colour"));
    }
}
