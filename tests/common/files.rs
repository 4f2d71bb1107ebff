//! Files below a folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folder of the package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder, in the order of their paths.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, &mut found);
    found.sort();
    found
}

/// Path below the package, with slashes, and text of each file below one of its folders; files that are no text are left
/// out.
pub fn texts_below(folder: &str) -> Vec<(String, String)> {
    let text = |path: PathBuf| {
        let text = fs::read_to_string(&path).ok()?;
        Some((path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/"), text))
    };
    files_below(&root().join(folder)).into_iter().filter_map(text).collect()
}

/// The YAML files right in a folder by name without the ending, in order.
pub fn yaml_files(folder: &Path) -> Vec<(String, PathBuf)> {
    files_below(folder)
        .into_iter()
        .filter(|path| path.parent() == Some(folder) && path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), path))
        .collect()
}
