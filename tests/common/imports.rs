//! Who imports whom, read from the source: the arrows between files.
//!
//! A `use` and a path in code make an arrow to the file that defines what is named. What a parent names with `mod` and
//! `pub use` makes none: a name that is reached through it leads on to where it is defined.

use std::collections::{BTreeMap, BTreeSet};

/// Arrows from file to file.
pub(crate) type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The files of a crate, by their paths below `src/`.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// Module path (`scan::matchers::line`) to file.
    modules: BTreeMap<Vec<String>, String>,
    texts: BTreeMap<String, String>,
    /// For each module the names it passes on, and where they lead.
    exports: BTreeMap<Vec<String>, Vec<(String, Vec<String>)>>,
}

/// The code of a file: no comments, no texts, no tests.
fn code(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with("//") {
            out.push('\n');
            continue;
        }
        let mut inside = false;
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' if inside => {
                    letters.next();
                }
                '"' => inside = !inside,
                '/' if !inside && letters.peek() == Some(&'/') => break,
                _ if !inside => out.push(letter),
                _ => {}
            }
        }
        out.push('\n');
    }
    out
}

fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs");
    let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
        parts.pop();
    }
    parts
}

/// The paths that a `use` names, each with the name it gets.
fn use_paths(tree: &str) -> Vec<(Vec<String>, String)> {
    fn go(prefix: &[String], tree: &str, found: &mut Vec<(Vec<String>, String)>) {
        let tree = tree.trim();
        if let Some((head, rest)) = tree.split_once('{') {
            let mut prefix = prefix.to_vec();
            prefix.extend(head.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned));
            let inner = &rest[..rest.rfind('}').unwrap_or(rest.len())];
            let (mut depth, mut start) = (0, 0);
            for (at, letter) in inner.char_indices() {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        go(&prefix, &inner[start..at], found);
                        start = at + 1;
                    }
                    _ => {}
                }
            }
            go(&prefix, &inner[start..], found);
        } else if !tree.is_empty() {
            let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias)));
            let mut parts = prefix.to_vec();
            parts.extend(path.split("::").map(|part| part.trim().to_owned()));
            if parts.last().is_some_and(|last| last == "self") {
                parts.pop();
            }
            let name = alias.map(str::trim).or(parts.last().map(String::as_str)).unwrap_or_default().to_owned();
            found.push((parts, name));
        }
    }
    let mut found = Vec::new();
    go(&[], tree, &mut found);
    found
}

impl Sources {
    /// Files as path below `src/` and text.
    pub(crate) fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut sources = Self::default();
        for (file, text) in files {
            sources.modules.insert(module_of(&file), file.clone());
            sources.texts.insert(file, code(&text));
        }
        for (module, file) in &sources.modules {
            let text = &sources.texts[file];
            let mut names = Vec::new();
            for part in text.split("pub").skip(1) {
                let part = part.trim_start();
                let part = part.strip_prefix('(').and_then(|p| p.split_once(')')).map_or(part, |(_, rest)| rest);
                let Some(tree) = part.trim_start().strip_prefix("use ").and_then(|t| t.split(';').next()) else {
                    continue;
                };
                for (path, name) in use_paths(tree) {
                    names.extend(sources.absolute(module, &path).map(|path| (name, path)));
                }
            }
            sources.exports.insert(module.clone(), names);
        }
        sources
    }

    /// A path as seen from a module, from the root of the crate; none where it leads to another crate.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<Vec<String>> {
        let first = path.first()?.as_str();
        let mut at = module.to_vec();
        let mut rest = path;
        match first {
            "crate" | "cairn" => {
                at.clear();
                rest = &path[1..];
            }
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|part| part == "super") {
                    at.pop()?;
                    rest = &rest[1..];
                }
            }
            // A module below, or another crate.
            name => {
                at.push(name.to_owned());
                if !self.modules.contains_key(&at) {
                    return None;
                }
                at.pop();
            }
        }
        at.extend(rest.iter().cloned());
        Some(at)
    }

    /// The file that defines what a path from the root names.
    fn file_of(&self, path: &[String], depth: usize) -> Option<&str> {
        if let Some(file) = self.modules.get(path) {
            return Some(file);
        }
        let (name, module) = path.split_last()?;
        if let Some(file) = self.modules.get(module) {
            let exported = self.exports.get(module).and_then(|names| names.iter().find(|(known, _)| known == name));
            return match exported {
                Some((_, target)) if depth < 8 => self.file_of(target, depth + 1),
                _ => Some(file),
            };
        }
        // A member of a type, or something passed on by a module further up.
        for length in (1..path.len()).rev() {
            let (head, tail) = path.split_at(length);
            let exported = self.exports.get(&head[..length - 1]).and_then(|names| {
                names.iter().find(|(known, _)| known == &head[length - 1]).map(|(_, target)| target.clone())
            });
            if let Some(mut target) = exported.filter(|_| depth < 8) {
                target.extend(tail.iter().cloned());
                return self.file_of(&target, depth + 1);
            }
            if let Some(file) = self.modules.get(head) {
                return Some(file);
            }
        }
        None
    }

    /// Arrows between files.
    pub(crate) fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::new();
        for (module, file) in &self.modules {
            let text = &self.texts[file];
            let mut targets = BTreeSet::new();
            for path in self.paths_in(module, text) {
                targets.extend(self.file_of(&path, 0).filter(|target| target != file).map(str::to_owned));
            }
            arrows.insert(file.clone(), targets);
        }
        arrows
    }

    fn paths_in(&self, module: &[String], text: &str) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        let mut rest = String::new();
        // Statements of `use` first, the other code after it.
        for statement in text.split_inclusive(';') {
            let start = statement.rfind("\nuse ").map(|at| at + 1).or(statement.starts_with("use ").then_some(0));
            let passes_on = statement.contains("pub use ") || statement.contains(") use ");
            match start {
                Some(at) if !passes_on => {
                    rest.push_str(&statement[..at]);
                    let tree = statement[at + 4..].trim_end_matches(';');
                    found.extend(use_paths(tree).into_iter().filter_map(|(path, _)| self.absolute(module, &path)));
                }
                _ if passes_on => {}
                _ => rest.push_str(statement),
            }
        }
        for root in ["crate::", "super::"] {
            for (at, _) in rest.match_indices(root) {
                let before = rest[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                    continue;
                }
                let path: String =
                    rest[at..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
                let path: Vec<String> = path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
                found.extend(self.absolute(module, &path));
            }
        }
        found
    }
}

/// Circles: groups of files that reach each other, each in order.
pub(crate) fn circles(arrows: &Arrows) -> Vec<Vec<String>> {
    let reach = |start: &str| {
        let mut open = vec![start];
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        while let Some(at) = open.pop() {
            for next in arrows.get(at).into_iter().flatten() {
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = arrows.keys().map(|file| (file.as_str(), reach(file))).collect();
    let mut circles: Vec<Vec<String>> = Vec::new();
    for (file, targets) in &reached {
        if targets.contains(file) && !circles.iter().flatten().any(|known| known == file) {
            let group = targets.iter().filter(|other| reached.get(*other).is_some_and(|back| back.contains(file)));
            circles.push(group.map(|other| (*other).to_owned()).collect());
        }
    }
    circles
}

/// Arrows between folders, made from those between files by a function that names the folder of a file.
pub(crate) fn between(arrows: &Arrows, folder_of: impl Fn(&str) -> String) -> Arrows {
    let mut folders = Arrows::new();
    for (file, targets) in arrows {
        let from = folder_of(file);
        let to = targets.iter().map(|target| folder_of(target)).filter(|to| *to != from);
        folders.entry(from.clone()).or_default().extend(to);
    }
    folders
}
