//! Child processes: one environment for all of them, and their output.

use std::{
    env,
    ffi::OsString,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::Result;

/// Time between two reports of how long a command takes.
const REPORT: Duration = Duration::from_secs(30);
/// Time between two looks at whether a command has ended.
const POLL: Duration = Duration::from_millis(50);

/// The repository's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where the browser tests and the tools from npm are.
pub fn browser_tests() -> PathBuf {
    root().join("tests").join("browser")
}

/// Runs for a machine rather than for a person.
pub fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}

/// A command in the repository's root. Tools that `setup` installed are on its path; `NO_COLOR`, which this Trunk
/// mistakes for a wrong argument, is not in its environment.
pub fn command(program: &str) -> Command {
    let path = search_path();
    let found = find_in(program, &path).unwrap_or_else(|| PathBuf::from(program));
    let mut command = Command::new(found);
    command.current_dir(root()).env_remove("NO_COLOR").env("PATH", path).env("TRUNK_SKIP_VERSION_CHECK", "true");
    command
}

/// Where programs are looked for: npm's tools of this project, the path, Cargo's own folder.
pub fn search_path() -> OsString {
    let mut folders = vec![browser_tests().join("node_modules").join(".bin")];
    if let Some(path) = env::var_os("PATH") {
        folders.extend(env::split_paths(&path));
    }
    let cargo_home =
        env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    folders.extend(cargo_home.map(|home| home.join("bin")));
    env::join_paths(folders).unwrap_or_default()
}

/// The first file of this name on a search path.
pub fn find_in(program: &str, path: &OsString) -> Option<PathBuf> {
    let names: Vec<String> = if cfg!(windows) {
        ["exe", "cmd", "bat"].iter().map(|extension| format!("{program}.{extension}")).collect()
    } else {
        vec![program.to_owned()]
    };
    env::split_paths(path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|file| file.is_file())
}

/// A program on the search path.
pub fn find(program: &str) -> Option<PathBuf> {
    find_in(program, &search_path())
}

/// Runs a command with its output on the terminal.
pub fn run(command: &mut Command) -> Result {
    let shown = show(command);
    eprintln!("  $ {shown}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` ended with {status}")),
        Err(error) => Err(format!("`{shown}` did not start: {error}")),
    }
}

/// Runs a command with its output on the terminal and nothing to read. `waiting` hears twice a minute how long it has
/// taken. A command that outlives `limit` is ended, and that is an error.
pub fn run_within(command: &mut Command, limit: Option<Duration>, mut waiting: impl FnMut(Duration)) -> Result {
    let shown = show(command);
    eprintln!("  $ {shown}");
    let mut child =
        command.stdin(Stdio::null()).spawn().map_err(|error| format!("`{shown}` did not start: {error}"))?;
    let start = Instant::now();
    let mut told = Duration::ZERO;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("`{shown}` ended with {status}")),
            Ok(None) => {}
            Err(error) => return Err(format!("`{shown}` was lost: {error}")),
        }
        let elapsed = start.elapsed();
        if let Some(limit) = limit.filter(|limit| elapsed > *limit) {
            // It may have ended by itself meanwhile; then there is nothing left to end.
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("`{shown}` did not end within {} s", limit.as_secs()));
        }
        if elapsed - told >= REPORT {
            told = elapsed;
            waiting(elapsed);
        }
        thread::sleep(POLL);
    }
}

/// Runs a command and gives what it prints, or nothing where it fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command, shows its lines as they come and hands each of them on.
pub fn run_lines(command: &mut Command, mut line: impl FnMut(&str)) -> Result {
    let shown = show(command);
    eprintln!("  $ {shown}");
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| format!("`{shown}` did not start: {error}"))?;
    if let Some(stdout) = child.stdout.take() {
        let mut reader = BufReader::new(stdout);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let text = String::from_utf8_lossy(&bytes);
            print!("{text}");
            line(text.trim_end());
            bytes.clear();
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` ended with {status}")),
        Err(error) => Err(format!("`{shown}` was lost: {error}")),
    }
}

fn show(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let words = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_ends_in_time_says_how() {
        let limit = Some(Duration::from_secs(60));
        assert_eq!(run_within(Command::new("rustc").arg("--version"), limit, |_| ()), Ok(()));
        let failed = run_within(Command::new("rustc").arg("--no-such-option"), limit, |_| ()).unwrap_err();
        assert!(failed.contains("ended with"), "{failed}");
        let absent = run_within(&mut Command::new("no-such-program-anywhere"), limit, |_| ()).unwrap_err();
        assert!(absent.contains("did not start"), "{absent}");
    }

    #[test]
    #[cfg(unix)]
    fn a_command_that_does_not_answer_is_ended() {
        let start = Instant::now();
        let late = run_within(Command::new("sleep").arg("600"), Some(Duration::from_millis(200)), |_| ()).unwrap_err();
        assert!(late.contains("did not end within"), "{late}");
        assert!(start.elapsed() < Duration::from_secs(60));
    }

    #[test]
    #[cfg(unix)]
    fn a_command_that_asks_gets_no_answer() {
        assert_eq!(run_within(&mut Command::new("cat"), Some(Duration::from_secs(60)), |_| ()), Ok(()));
    }
}
