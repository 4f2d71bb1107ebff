//! Builds the page into `dist/`.

use crate::{
    Result,
    process::{command, run},
};

/// A release build; sizes of what came out are printed by the budget check.
pub fn build() -> Result {
    println!("Building the page into dist/");
    run(command("trunk").args(["build", "--release", "--offline"]))
        .map_err(|error| format!("{error}\n`cargo xtask setup` installs the tools that a build takes."))
}
