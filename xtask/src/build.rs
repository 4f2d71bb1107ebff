//! Builds the page into `dist/`.

use std::{fs, path::PathBuf};

use crate::{
    Result,
    process::{command, root, run},
};

/// A release build; sizes of what came out are printed by the budget check.
pub fn build() -> Result {
    println!("Building the page into dist/");
    run(command("trunk").args(["build", "--release", "--offline"]))
        .map_err(|error| format!("{error}\n`cargo xtask setup` installs the tools that a build takes."))
}

/// The mark of the script that loads the programs, as `pattern_script` in Trunk.toml writes it.
const BOOT: &str = " data-boot ";

/// Says in the page that Trunk is about to finish how many bytes the modules of the application and the scanner have.
pub fn say_sizes() -> Result {
    let folder = std::env::var_os("TRUNK_STAGING_DIR").map_or_else(|| root().join("dist"), PathBuf::from);
    let size = |name: &str| {
        let file = folder.join(name);
        fs::metadata(&file).map(|m| m.len()).map_err(|error| format!("{}: {error}", file.display()))
    };
    let (app, worker) = (size("app_bg.wasm")?, size("scan_worker_bg.wasm")?);
    let file = folder.join("index.html");
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let page = fs::read_to_string(&file).map_err(failed)?;
    let (before, behind) = page.split_once(BOOT).ok_or_else(|| format!("{}: no script has{BOOT}", file.display()))?;
    let sizes = format!("{before}{BOOT}data-app-size=\"{app}\" data-worker-size=\"{worker}\" {behind}");
    fs::write(&file, sizes).map_err(failed)
}
