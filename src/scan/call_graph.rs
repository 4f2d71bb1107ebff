//! Which scripts pipelines call, and which targets of them: a target that no pipeline asks for proves nothing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{formats::ci_steps::Step, rules::commands::Commands};

/// Most bytes of commands that are kept of one repository.
const MAX_BYTES: usize = 2_000_000;

/// Commands of the pipelines of a repository, by job.
#[derive(Debug, Default)]
pub(crate) struct CallGraph {
    jobs: Vec<Vec<String>>,
    bytes: usize,
}

/// A script and what its targets need.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Script {
    /// File name.
    pub(crate) name: String,
    /// Where each target begins, its name and what it needs.
    targets: Vec<(u32, String, Vec<String>)>,
}

/// The commands of a pipeline, job by job.
pub(crate) fn commands_by_job(steps: &[Step<'_>]) -> Vec<Vec<String>> {
    let mut by_job: Vec<(u32, Vec<String>)> = Vec::new();
    for step in steps {
        let command = step.text.to_string();
        match by_job.iter_mut().rev().find(|(job, _)| *job == step.job) {
            Some((_, commands)) => commands.push(command),
            None => by_job.push((step.job, vec![command])),
        }
    }
    by_job.into_iter().map(|(_, commands)| commands).collect()
}

impl CallGraph {
    /// Adds the jobs of a pipeline, up to a bound over all.
    pub(crate) fn add(&mut self, jobs: &[Vec<String>]) {
        for job in jobs {
            let mut kept = Vec::new();
            for command in job {
                if self.bytes < MAX_BYTES {
                    self.bytes += command.len();
                    kept.push(command.clone());
                }
            }
            if !kept.is_empty() {
                self.jobs.push(kept);
            }
        }
    }

    /// Whether some job calls a line of a script: by the script's name, or by its runner and a target that needs the
    /// line. Jobs with one of the words under `unless` do not count. `commands` says which commands run nothing.
    pub(crate) fn reaches(
        &self,
        commands: &Commands,
        script: &Script,
        runner: Option<&str>,
        line: u32,
        unless: &[String],
    ) -> bool {
        let word = runner.unwrap_or(&script.name);
        let own = script.targets.iter().rev().find(|(start, ..)| *start <= line).map(|(_, name, _)| name.as_str());
        self.jobs.iter().any(|job| {
            if job.iter().any(|text| unless.iter().any(|u| text.contains(u.as_str()))) {
                return false;
            }
            // A runner must be the program: what installs it names it too.
            let may_call = |text: &&String| {
                let program = text.split(' ').next().unwrap_or("");
                runner.is_none_or(|runner| program.rsplit('/').next() == Some(runner))
            };
            job.iter().filter(may_call).any(|text| {
                let calls = targets_asked(text, word).into_iter().any(|targets| match (runner, own) {
                    (Some(_), Some(own)) => script.needs(&targets).contains(own),
                    _ => true,
                });
                calls && commands.may_run_scripts(text)
            })
        })
    }
}

/// For each time a command names a word, the targets that follow it.
fn targets_asked<'a>(text: &'a str, word: &str) -> Vec<Vec<&'a str>> {
    let mut found: Vec<Vec<&str>> = Vec::new();
    for command in text.split([';', '|', '&', '\n']) {
        let mut words = command.split_whitespace();
        let named = |w: &str| w == word || w.trim_matches(['"', '\'', '(', ')', '`']).rsplit('/').next() == Some(word);
        if words.by_ref().any(named) {
            let mut targets = Vec::new();
            let mut skip = false;
            for w in words {
                if skip {
                    skip = false;
                } else if matches!(w, "-C" | "-f" | "-j" | "-d" | "-t" | "--directory" | "--justfile") {
                    skip = true;
                } else if !w.starts_with('-') && !w.contains('=') {
                    targets.push(w.trim_matches(['"', '\'', ')', '`']));
                }
            }
            found.push(targets);
        }
    }
    found
}

impl Script {
    /// Reads the targets of a Makefile, a justfile or a Taskfile; other scripts have none.
    pub(crate) fn read(name: &str, text: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        let task = lower.starts_with("taskfile");
        let mut script = Self { name: name.to_owned(), targets: Vec::new() };
        if !task && lower != "makefile" && !lower.ends_with("justfile") {
            return script;
        }
        let mut inside = false;
        for (index, row) in text.lines().enumerate() {
            let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
            let trimmed = row.trim();
            let indent = row.len() - row.trim_start().len();
            let start = if task {
                if indent == 0 && !trimmed.is_empty() && !trimmed.starts_with('#') {
                    inside = trimmed.starts_with("tasks:");
                }
                inside && indent == 2 && !trimmed.starts_with(['#', '-'])
            } else {
                indent == 0 && !trimmed.starts_with(['#', '.', '@'])
            };
            let head = trimmed.split('#').next().unwrap_or("");
            match head.split_once(':') {
                Some((names, needs)) if start && !needs.starts_with('=') && !names.contains('=') => {
                    let needs: Vec<String> = if task {
                        Vec::new()
                    } else {
                        needs.trim_start_matches(':').split_whitespace().map(str::to_owned).collect()
                    };
                    for name in names.split_whitespace() {
                        script.targets.push((line, name.trim_matches(['"', '\'']).to_owned(), needs.clone()));
                    }
                }
                _ => {
                    let more: Vec<String> = if task {
                        let rest = head.trim_start_matches("- ");
                        let rest = rest.strip_prefix("task:").or_else(|| rest.strip_prefix("deps:"));
                        let words = rest.unwrap_or("").split([',', '[', ']', ' ']);
                        words.filter(|w| !w.is_empty()).map(str::to_owned).collect()
                    } else {
                        let called = ["make", "$(MAKE)", "${MAKE}", "just"].iter().flat_map(|w| targets_asked(head, w));
                        called.flatten().map(str::to_owned).collect()
                    };
                    if let Some((_, _, needs)) = script.targets.last_mut() {
                        needs.extend(more);
                    }
                }
            }
        }
        script
    }

    /// The targets and all they need; without a target the first.
    fn needs(&self, targets: &[&str]) -> BTreeSet<&str> {
        let mut open: Vec<&str> = targets.to_vec();
        if open.is_empty() {
            open.extend(self.targets.first().map(|(_, name, _)| name.as_str()));
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        while let Some(target) = open.pop() {
            for (_, name, needs) in self.targets.iter().filter(|(_, name, _)| name == target) {
                if seen.insert(name) {
                    open.extend(needs.iter().map(String::as_str));
                }
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(text: &str) -> CallGraph {
        CallGraph { jobs: vec![text.lines().map(str::to_owned).collect()], bytes: 0 }
    }

    #[test]
    fn only_the_targets_that_are_asked_for_count() {
        let make = "VERSION := 1\nall: lint\n\nlint: tools ## checks\n\thelm lint x\n\ntools:\n\techo\n\ndeploy:\n\tkubectl apply -f x\n\nrelease:\n\t$(MAKE) deploy\n";
        let script = Script::read("Makefile", make);
        let reach = |text: &str, line| job(text).reaches(&Commands::default(), &script, Some("make"), line, &[]);
        assert!(reach("make", 5) && reach("make -j 4 lint", 5) && reach("cd a\n/usr/bin/make tools", 8));
        assert!(!reach("make lint", 11) && reach("make release VERSION=2", 11));
        assert!(!reach("cmake deploy", 11) && !reach("brew install make deploy", 11));
        let task = Script::read(
            "Taskfile.yml",
            "version: 3\ntasks:\n  test:\n    deps: [lint]\n  lint:\n    cmds:\n      - kubeconform x\n  up:\n    cmds:\n      - kubectl apply -f x\n",
        );
        assert!(
            job("task test").reaches(&Commands::default(), &task, Some("task"), 7, &[])
                && !job("task test").reaches(&Commands::default(), &task, Some("task"), 10, &[])
        );
    }

    #[test]
    fn a_script_called_in_a_throw_away_cluster_does_not_count() {
        let script = Script::read("deploy.sh", "kubectl apply -f x\n");
        let unless = ["kind create cluster".to_owned()];
        assert!(job("bash hack/deploy.sh prod").reaches(&Commands::default(), &script, None, 1, &unless));
        assert!(!job("kind create cluster\n./hack/deploy.sh").reaches(&Commands::default(), &script, None, 1, &unless));
        assert!(!job("./hack/redeploy.sh").reaches(&Commands::default(), &script, None, 1, &unless));
    }
}
