//! Walls between rooms: the core knows no browser, no file system and no clock, and nothing knows the given exports.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;
#[path = "common/imports.rs"]
mod imports;

use std::{collections::BTreeSet, fs};

use common::files::texts_below;

/// Words of code that stand in a line, comments and tests aside.
fn mentions(text: &str, words: &[&str]) -> Vec<String> {
    text.lines()
        .take_while(|line| line.trim() != "#[cfg(test)]")
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter_map(|(i, line)| words.iter().find(|w| line.contains(**w)).map(|w| format!("line {}: {w}", i + 1)))
        .collect()
}

const FOREIGN: [&str; 9] = [
    "web_sys",
    "js_sys",
    "leptos",
    "wasm_bindgen",
    "gloo_net",
    "std::fs",
    "std::time::Instant",
    "SystemTime",
    "Instant::now",
];

#[test]
fn the_core_knows_no_browser_no_file_system_and_no_clock() {
    let core: Vec<(String, String)> = texts_below("src")
        .into_iter()
        .filter(|(path, _)| path.ends_with(".rs"))
        .filter(|(path, _)| {
            !["src/ui/", "src/cli/", "src/worker/", "src/bin/"].iter().any(|room| path.starts_with(room))
        })
        .chain(texts_below("src/ui/view"))
        .collect();
    assert!(core.len() > 20, "the core was found");
    let wrong: Vec<String> = core
        .iter()
        .flat_map(|(path, text)| {
            let mut found = mentions(text, &FOREIGN);
            // `use std::{fs, ...}` says the same.
            let code = text.split("\n#[cfg(test)]").next().unwrap_or("");
            let uses = code.replace(char::is_whitespace, "");
            let grouped = uses.split("usestd::{").skip(1).any(|rest| {
                let list = rest.split(';').next().unwrap_or("");
                list.starts_with("fs")
                    || list.contains(",fs")
                    || list.contains("time::{Instant")
                    || list.contains("time::Instant")
            });
            if grouped {
                found.push("a grouped use of std::fs or std::time::Instant".into());
            }
            found.into_iter().map(move |what| format!("{path}, {what}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Rooms in the order of ARCHITECTURE.md: a room imports from rooms of the lines above its own, and from its own room. Those
/// on one line know nothing of each other.
const ROOMS: [&[&str]; 17] = [
    &["util"],
    &["archive", "chart", "yaml"],
    &["model", "formats"],
    &["facts"],
    &["estate"],
    &["rules", "assess"],
    &["render"],
    &["protocol", "scan", "score"],
    &["worker", "plan"],
    &["share"],
    &["cli", "ui/browser", "ui/view"],
    &["ui/catalog"],
    &["ui/state"],
    &["ui/actions", "ui/components"],
    &["ui/bindings"],
    &["ui/pages"],
    &["ui/app", "ui/landing"],
];

fn room_of(file: &str) -> String {
    let mut parts = file.trim_end_matches(".rs").split('/');
    match (parts.next(), parts.next()) {
        (Some("ui"), Some(inner)) => format!("ui/{inner}"),
        (Some(room), _) => room.to_owned(),
        _ => String::new(),
    }
}

fn sources() -> imports::Sources {
    let files =
        texts_below("src").into_iter().filter(|(path, _)| path.ends_with(".rs") && !path.starts_with("src/bin/"));
    imports::Sources::new(files.map(|(path, text)| (path["src/".len()..].to_owned(), text)))
}

#[test]
fn no_file_imports_in_a_circle() {
    let circles = imports::circles(&sources().arrows());
    assert!(circles.is_empty(), "files that import each other in a circle: {circles:#?}");
}

#[test]
fn rooms_import_in_one_direction() {
    let level = |room: &str| ROOMS.iter().position(|rooms| rooms.contains(&room));
    let arrows = sources().arrows();
    let mut wrong = Vec::new();
    for (file, targets) in arrows.iter().filter(|(file, _)| !["lib.rs", "ui/mod.rs"].contains(&file.as_str())) {
        let from = room_of(file);
        assert!(level(&from).is_some(), "the room of {file} is not in the list");
        for target in targets {
            let to = room_of(target);
            if from != to && level(&to) >= level(&from) {
                wrong.push(format!("{file} imports {target}: {from} comes before or beside {to}"));
            }
        }
    }
    assert!(arrows.len() > 100, "the files were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pages_do_not_import_each_other() {
    fn page(file: &str) -> Option<&str> {
        file.strip_prefix("ui/pages/").filter(|rest| *rest != "mod.rs").and_then(|rest| rest.split(['/', '.']).next())
    }
    let arrows = sources().arrows();
    let mut wrong = Vec::new();
    for (file, targets) in &arrows {
        let Some(from) = page(file) else { continue };
        let others = targets.iter().filter(|to| page(to).is_some_and(|to| to != from));
        wrong.extend(others.map(|to| format!("{file} imports {to}")));
    }
    assert!(arrows.keys().filter_map(|file| page(file)).count() > 20, "the pages were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn folders_of_a_room_do_not_import_in_a_circle() {
    let folder = |file: &str| file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    // A folder inside another may import from the files beside it, and they from it: files tell whether that is a circle.
    let nested = |a: &str, b: &str| a.starts_with(&format!("{b}/")) || b.starts_with(&format!("{a}/"));
    let mut arrows = imports::between(&sources().arrows(), folder);
    for (from, targets) in &mut arrows {
        targets.retain(|to| !nested(from, to));
    }
    let circles = imports::circles(&arrows);
    assert!(circles.is_empty(), "folders that import each other in a circle: {circles:#?}");
}

#[test]
fn arrows_are_seen_where_they_are() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let sources = imports::Sources::new([
        file("a/mod.rs", "mod one;\nmod two;\npub use one::{First, inner as Renamed};\n"),
        file("a/one.rs", "// use crate::b::Never;\nuse std::fmt;\nuse super::two::{self, Second};\n"),
        file("a/two.rs", "fn f() {\n    let text = \"crate::b::Never\";\n    crate::c::go(text);\n}\n"),
        file("b.rs", "use crate::{\n    a::{First, Renamed},\n    c::Type,\n};\n"),
        file("c.rs", "fn go() -> crate::a::First {}\n#[cfg(test)]\nmod tests {\n    use crate::b::Only;\n}\n"),
    ]);
    let arrows = sources.arrows();
    let of = |file: &str| arrows[file].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(of("a/mod.rs"), [""; 0], "what a parent passes on is no arrow");
    assert_eq!(of("a/one.rs"), ["a/two.rs"]);
    assert_eq!(of("a/two.rs"), ["c.rs"]);
    assert_eq!(of("b.rs"), ["a/one.rs", "c.rs"]);
    assert_eq!(of("c.rs"), ["a/one.rs"], "an import of tests is no arrow");
    assert_eq!(imports::circles(&arrows), [["a/one.rs", "a/two.rs", "c.rs"]]);
}

#[test]
fn a_forbidden_word_is_found_with_its_line() {
    let text = "// web_sys in prose\nuse web_sys::Window;\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
    assert_eq!(mentions(text, &FOREIGN), ["line 2: web_sys"]);
}

/// Whether a word stands by itself in a text. An owner in front of a slash is the home of another of its tools (an action,
/// an image): a fact of that tool, as long as it is not one of the exports, whose full names are words of their own.
fn stands(text: &str, word: &str, owner: bool) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        let after = text[at + word.len()..].chars().next();
        edge(text[..at].chars().next_back()) && edge(after) && !(owner && after == Some('/'))
    })
}

/// Owners and repositories that are also names of tools, API groups, charts or plain words.
const TOOLS: [&str; 8] =
    ["argoproj", "argo-cd", "argocd-apps", "fluxcd", "express", "apps", "googlecloudplatform", "homelab"];

#[test]
fn nothing_is_tuned_to_the_given_exports() {
    let Some(folder) = common::exports() else { return };
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().to_lowercase();
        let Some(name) = name.strip_suffix(".tar.gz") else { continue };
        let (owner, repository) = name.split_once("__").unwrap();
        names.insert((name.to_owned(), false));
        names.insert((format!("{owner}/{repository}"), false));
        for (word, is_owner) in [(owner, true), (repository, false)] {
            if !TOOLS.contains(&word) {
                names.insert((word.to_owned(), is_owner));
            }
        }
    }
    assert!(names.len() > 20, "{names:?}");
    // Where a tool lives is a fact of the tool: a kustomization that loads it from there installs it.
    names.remove(&("argoproj/argo-cd".to_owned(), false));
    let mut wrong = Vec::new();
    for (path, text) in texts_below("src").into_iter().chain(texts_below("public")) {
        let text = text.to_lowercase();
        wrong.extend(
            names
                .iter()
                .filter(|(name, owner)| stands(&text, name, *owner))
                .map(|(name, _)| format!("{path} names {name}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_are_found_only_where_they_stand_alone() {
    assert!(stands("see podinfo.", "podinfo", false));
    assert!(stands("a/podinfo/b", "podinfo", false));
    assert!(!stands("podinformer", "podinfo", false));
    assert!(stands("by stefanprodan.", "stefanprodan", true));
    assert!(!stands("uses: stefanprodan/timoni", "stefanprodan", true));
}
