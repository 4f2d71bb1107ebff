//! Steps of CI pipelines, whichever the system.

use std::borrow::Cow;

use serde::Deserialize;

use crate::yaml::NodeRef;

/// One CI system.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CiSystem {
    /// Id.
    pub id: String,
    /// Globs of its pipeline files.
    pub files: Vec<String>,
    /// Members that hold jobs by name; empty: every member of the document is a job.
    #[serde(default)]
    pub jobs: Vec<String>,
    /// Members that hold commands.
    #[serde(default)]
    pub run: Vec<String>,
    /// Members that name actions, images, templates.
    #[serde(default)]
    pub uses: Vec<String>,
    /// Members whose lists are the words of one command; the last are its arguments.
    #[serde(default)]
    pub words: Vec<String>,
    /// The file is a script rather than YAML: each line is a command.
    #[serde(default)]
    pub text: bool,
}

/// One command or one used action of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step<'a> {
    /// Commands run by this step, else what it uses.
    pub(crate) run: bool,
    pub(crate) text: Cow<'a, str>,
    pub(crate) line: u32,
    /// Which job of the file.
    pub(crate) job: u32,
}

/// Steps of a pipeline file.
pub(crate) fn steps<'a>(system: &CiSystem, documents: impl Iterator<Item = NodeRef<'a>>) -> Vec<Step<'a>> {
    let mut found = Vec::new();
    let mut job = 0;
    for document in documents {
        let mut jobs: Vec<NodeRef<'a>> = Vec::new();
        let mut named = false;
        for member in &system.jobs {
            if let Some(node) = document.get(member) {
                named = true;
                if node.is_map() && node.get("steps").is_none() {
                    jobs.extend(node.members().map(|(_, v)| v));
                } else {
                    jobs.push(node);
                }
            }
        }
        if !named && system.jobs.is_empty() {
            if document.is_map() {
                for (key, value) in document.members() {
                    job += 1;
                    collect(system, key.text().unwrap_or(""), value, job, &mut found);
                }
            } else {
                jobs.push(document);
            }
        } else if !named {
            jobs.push(document);
        }
        for node in jobs {
            job += 1;
            collect(system, "", node, job, &mut found);
        }
    }
    found
}

/// The command line that the words of a step make, where a system keeps them in lists; an image stands for the program of
/// its name where no member names one.
fn argv(system: &CiSystem, node: NodeRef<'_>) -> Option<(String, u32)> {
    let mut words: Vec<&str> = Vec::new();
    let mut line = 0;
    for member in &system.words {
        let Some(value) = node.get(member) else { continue };
        let texts = value.items().filter_map(NodeRef::text).chain(value.text());
        let before = words.len();
        words.extend(texts.filter(|t| !t.contains('\n')));
        if words.len() > before && line == 0 {
            line = value.items().next().unwrap_or(value).line();
        }
    }
    if words.is_empty() {
        return None;
    }
    let own = system.words.iter().rev().skip(1).any(|member| node.get(member).is_some());
    let image = if own { None } else { system.uses.iter().find_map(|member| node.get(member)?.text()) };
    let program = image.map(|i| i.rsplit('/').next().unwrap_or(i)).map(|i| i.split([':', '@']).next().unwrap_or(i));
    Some((program.into_iter().chain(words).collect::<Vec<_>>().join(" "), line))
}

fn collect<'a>(system: &CiSystem, key: &str, node: NodeRef<'a>, job: u32, found: &mut Vec<Step<'a>>) {
    if node.is_map() {
        let words = argv(system, node);
        let said = words.is_some();
        if let Some((text, line)) = words {
            found.push(Step { run: true, text: Cow::Owned(text), line, job });
        }
        for (key, value) in node.members() {
            let key = key.text().unwrap_or("");
            if !(said && system.words.iter().any(|w| w == key)) {
                collect(system, key, value, job, found);
            }
        }
        return;
    }
    for item in node.items() {
        collect(system, key, item, job, found);
    }
    let Some(text) = node.text() else { return };
    let run = system.run.iter().any(|k| k == key);
    if run && text.contains('\n') {
        // A block scalar: its node stands on the first line of the text.
        for (i, row) in text.lines().enumerate() {
            let row = row.trim();
            if !row.is_empty() && !row.starts_with('#') {
                let line = node.line() + u32::try_from(i).unwrap_or(0);
                found.push(Step { run, text: Cow::Borrowed(row), line, job });
            }
        }
    } else if run || system.uses.iter().any(|k| k == key) {
        found.push(Step { run, text: Cow::Borrowed(text.trim()), line: node.line(), job });
    }
}

/// Steps of a script: each line without its comment is a command of one job.
pub(crate) fn text_steps(text: &str) -> Vec<Step<'_>> {
    text.lines()
        .enumerate()
        .filter_map(|(i, row)| {
            let row = row.trim();
            let comment = row.starts_with('#') || row.starts_with("//") || row.starts_with('*') || row.is_empty();
            (!comment).then(|| Step {
                run: true,
                text: Cow::Borrowed(row),
                line: u32::try_from(i + 1).unwrap_or(0),
                job: 0,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(jobs: &[&str], run: &[&str], uses: &[&str]) -> CiSystem {
        let own = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
        CiSystem {
            id: "x".into(),
            files: vec![],
            jobs: own(jobs),
            run: own(run),
            uses: own(uses),
            words: vec![],
            text: false,
        }
    }

    #[test]
    fn github_steps_keep_their_job_and_line() {
        let text = "jobs:\n  a:\n    steps:\n      - uses: helm/kind-action@v1\n      - run: |\n          # comment\n          kubectl apply -f x\n  b:\n    uses: org/repo/.github/workflows/w.yml@main\n";
        let (tree, _) = crate::yaml::parse_into(text, crate::yaml::TreeBuffers::default());
        let steps = steps(&system(&["jobs"], &["run"], &["uses"]), tree.documents());
        let found: Vec<(bool, &str, u32, u32)> = steps.iter().map(|s| (s.run, &*s.text, s.line, s.job)).collect();
        assert_eq!(
            found,
            [
                (false, "helm/kind-action@v1", 4, 1),
                (true, "kubectl apply -f x", 7, 1),
                (false, "org/repo/.github/workflows/w.yml@main", 9, 2)
            ]
        );
    }

    #[test]
    fn gitlab_jobs_are_members_of_the_document() {
        let (tree, _) = crate::yaml::parse_into(
            "deploy:\n  image: alpine/helm\n  script:\n    - helm upgrade a b\n",
            crate::yaml::TreeBuffers::default(),
        );
        let steps = steps(&system(&[], &["script"], &["image"]), tree.documents());
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[1].text, "helm upgrade a b");
    }
}
