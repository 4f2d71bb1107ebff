//! Builds, serves and tests Cairn: `cargo xtask <command>`.

mod assets;
mod budget;
mod build;
/// How models are written out with the definitions that they use. One text, compiled here and in the core: a build hook that
/// depended on the core would compile it twice whenever a line of it changes.
#[path = "../../src/model/catalogue.rs"]
#[allow(dead_code, reason = "the core asks more of it")]
mod catalogue;
mod check;
mod fuzz;
mod process;
mod serve;
mod setup;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  run            install what is missing, build, serve on a free port of this machine, open the browser
  setup          install what is missing and say what was found
  build          build the page into dist/
  serve          serve dist/ as it is
  test [WORD]    format, lints, native tests, fuzzing, build, budgets, browser tests; WORD: only steps whose name has it
  fuzz [SECONDS] each fuzz target in fuzz/ for so long (60)
  bench [--dist FOLDER]... [--runs N]
                 native benchmarks, then in a browser the worker against a JavaScript baseline, loading, and answering;
                 with --dist only the latter three, for each of these builds in turn
  shots          pictures of every screen into tests/browser/shots/
  assets         join the styles, pack the sample, bundle the rules and write models out into target/, as a build does
  sizes          say in the index.html of a build how large its programs are, as a build does
  help           this text

Options: --port N (run, serve), --no-open (run)

Environment:
  CAIRN_BROWSER  path of the Chromium, Chrome or Edge to test with
  CAIRN_EXPORTS  folder of repository exports to test with (default: ../shared/exports, where it exists)
  CAIRN_FUZZ_SECONDS
                 how long the tests run each fuzz target with CI set, at most 60 (default: 20; without CI 5)
  CAIRN_FUZZ     1: with CI set, a missing C++ compiler is an error; else fuzzing is skipped
  CI             where set, a missing browser is an error and no window opens
";

/// What a command gives; the error is text for the person at the terminal.
pub type Result<T = ()> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command = arguments.first().map(String::as_str).unwrap_or("help");
    let rest = arguments.get(1..).unwrap_or_default();
    let result = match command {
        "run" => run(rest),
        "setup" => setup::setup(true).map(drop),
        "build" => build::build(),
        "serve" => serve::Options::parse(rest).and_then(|options| serve::serve(&options)),
        "test" => return check::test(rest.first().map(String::as_str)),
        "fuzz" => fuzz::fuzz(rest),
        "bench" => check::bench(rest),
        "shots" => check::node_script("shots.mjs", &[]),
        "assets" => assets::make(),
        "sizes" => build::say_sizes(),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`; `cargo xtask help` lists them")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask {command}: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result {
    let mut options = serve::Options::parse(arguments)?;
    options.open = !arguments.iter().any(|argument| argument == "--no-open");
    setup::setup(true)?;
    build::build()?;
    serve::serve(&options)
}
