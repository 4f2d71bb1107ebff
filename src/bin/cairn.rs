//! The command line. All of it lives in [`cairn::cli`].

fn main() -> std::process::ExitCode {
    cairn::cli::main()
}
