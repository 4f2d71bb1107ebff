//! Steps of CI pipelines, whichever the system.

use super::rules::CiSystem;
use crate::yaml::{Kind, Node};

/// One command or one used action of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step<'a> {
    /// Commands run by this step, else what it uses.
    pub(super) run: bool,
    pub(super) text: &'a str,
    pub(super) line: u32,
    /// Which job of the file.
    pub(super) job: u32,
}

/// Steps of a pipeline file.
pub(super) fn steps<'a>(system: &CiSystem, documents: &'a [Node]) -> Vec<Step<'a>> {
    let mut found = Vec::new();
    let mut job = 0;
    for document in documents {
        let mut jobs: Vec<&Node> = Vec::new();
        let mut named = false;
        for member in &system.jobs {
            if let Some(node) = document.get(member) {
                named = true;
                match &node.kind {
                    Kind::Map(members) if !members.iter().any(|(k, _)| k.text() == Some("steps")) => {
                        jobs.extend(members.iter().map(|(_, v)| v));
                    }
                    _ => jobs.push(node),
                }
            }
        }
        if !named && system.jobs.is_empty() {
            match &document.kind {
                Kind::Map(members) => {
                    for (key, value) in members {
                        job += 1;
                        collect(system, key.text().unwrap_or(""), value, job, &mut found);
                    }
                }
                _ => jobs.push(document),
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

fn collect<'a>(system: &CiSystem, key: &str, node: &'a Node, job: u32, found: &mut Vec<Step<'a>>) {
    let run = system.run.iter().any(|k| k == key);
    let uses = system.uses.iter().any(|k| k == key);
    match &node.kind {
        Kind::Map(members) => {
            for (key, value) in members {
                collect(system, key.text().unwrap_or(""), value, job, found);
            }
        }
        Kind::Seq(items) => items.iter().for_each(|item| collect(system, key, item, job, found)),
        Kind::Scalar { text, .. } if run || uses => {
            if run && text.contains('\n') {
                // A block scalar: its node stands on the first line of the text.
                for (i, row) in text.lines().enumerate() {
                    let row = row.trim();
                    if !row.is_empty() && !row.starts_with('#') {
                        let line = node.line + u32::try_from(i).unwrap_or(0);
                        found.push(Step { run, text: row, line, job });
                    }
                }
            } else {
                found.push(Step { run, text: text.trim(), line: node.line, job });
            }
        }
        _ => {}
    }
}

/// Steps of a script: each line without its comment is a command of one job.
pub(super) fn text_steps(text: &str) -> Vec<Step<'_>> {
    text.lines()
        .enumerate()
        .filter_map(|(i, row)| {
            let row = row.trim();
            let comment = row.starts_with('#') || row.starts_with("//") || row.starts_with('*') || row.is_empty();
            (!comment).then(|| Step { run: true, text: row, line: u32::try_from(i + 1).unwrap_or(0), job: 0 })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(jobs: &[&str], run: &[&str], uses: &[&str]) -> CiSystem {
        let own = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
        CiSystem { id: "x".into(), files: vec![], jobs: own(jobs), run: own(run), uses: own(uses), text: false }
    }

    #[test]
    fn github_steps_keep_their_job_and_line() {
        let text = "jobs:\n  a:\n    steps:\n      - uses: helm/kind-action@v1\n      - run: |\n          # comment\n          kubectl apply -f x\n  b:\n    uses: org/repo/.github/workflows/w.yml@main\n";
        let (documents, _) = crate::yaml::parse(text);
        let steps = steps(&system(&["jobs"], &["run"], &["uses"]), &documents);
        let found: Vec<(bool, &str, u32, u32)> = steps.iter().map(|s| (s.run, s.text, s.line, s.job)).collect();
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
        let (documents, _) = crate::yaml::parse("deploy:\n  image: alpine/helm\n  script:\n    - helm upgrade a b\n");
        let steps = steps(&system(&[], &["script"], &["image"]), &documents);
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[1].text, "helm upgrade a b");
    }
}
