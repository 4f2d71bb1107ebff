//! Steps of CI pipelines, whichever the system.

use std::borrow::Cow;

use serde::Deserialize;

use super::shell::{self, Command, Wrapper};
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
    /// The file is a script rather than YAML.
    #[serde(default)]
    pub text: bool,
}

/// One command or one used action of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step<'a> {
    /// A command run by this step, else what it uses.
    pub(crate) run: bool,
    pub(crate) text: Cow<'a, str>,
    /// Where the name of the program begins in the text of a command, behind its folders.
    pub(crate) name: usize,
    pub(crate) line: u32,
    /// Which job of the file.
    pub(crate) job: u32,
    /// The step that reads what this one prints, by its place among the steps.
    pub(crate) into: Option<usize>,
}

/// Gathers the steps of a file.
pub(super) struct Steps<'a, 's> {
    pub(super) found: Vec<Step<'a>>,
    shell: &'s [Wrapper],
    job: u32,
}

impl<'a, 's> Steps<'a, 's> {
    /// None so far.
    pub(super) fn new(shell: &'s [Wrapper]) -> Self {
        Self { found: Vec::new(), shell, job: 0 }
    }

    /// Adds commands; `line` says on which line a place in their text stands.
    pub(super) fn run(&mut self, commands: Vec<Command>, line: impl Fn(usize) -> u32) {
        let first = self.found.len();
        self.found.extend(commands.into_iter().map(|command| Step {
            run: true,
            line: line(command.at),
            text: Cow::Owned(command.text),
            name: command.name,
            job: self.job,
            into: command.into.map(|place| first + place),
        }));
    }

    fn uses(&mut self, node: NodeRef<'a>, text: &'a str) {
        let (text, line) = (text.trim(), node.line_at(0));
        // An image is the same whether it is named as one or not.
        let text = text.strip_prefix("docker://").unwrap_or(text);
        self.found.push(Step { run: false, text: Cow::Borrowed(text), name: 0, line, job: self.job, into: None });
    }

    fn collect(&mut self, system: &CiSystem, key: &str, node: NodeRef<'a>) {
        if node.is_map() {
            let said = self.words(system, node);
            self.image(system, node);
            for (key, value) in node.members() {
                let key = key.text().unwrap_or("");
                if !(said && system.words.iter().any(|w| w == key)) {
                    self.collect(system, key, value);
                }
            }
            return;
        }
        for item in node.items() {
            self.collect(system, key, item);
        }
        let Some(text) = node.text() else { return };
        if system.run.iter().any(|k| k == key) {
            self.run(shell::commands(text, self.shell), |at| node.line_at(at));
        } else if system.uses.iter().any(|k| k == key) {
            self.uses(node, text);
        }
    }

    /// Adds the command of a step that uses an image as an action: the program of its name with the arguments it is given.
    fn image(&mut self, system: &CiSystem, node: NodeRef<'a>) {
        let mut names = system.uses.iter().filter_map(|member| node.get(member));
        let Some(image) = names.find_map(|name| Some((name, name.text()?.trim().strip_prefix("docker://")?))) else {
            return;
        };
        let given = |key| node.at(&["with", key]).and_then(NodeRef::text);
        let name = image.1.rsplit('/').next().unwrap_or(image.1);
        let program = given("entrypoint").unwrap_or_else(|| name.split([':', '@']).next().unwrap_or(name));
        let command = format!("{program} {}", given("args").unwrap_or(""));
        self.run(shell::commands(command.trim_end(), self.shell), |_| image.0.line_at(0));
    }

    /// Adds the command that the words of a step make, where a system keeps them in lists; an image stands for the program of
    /// its name where no member names one.
    fn words(&mut self, system: &CiSystem, node: NodeRef<'a>) -> bool {
        let mut words: Vec<(&str, NodeRef<'a>)> = Vec::new();
        for member in &system.words {
            let Some(value) = node.get(member) else { continue };
            words.extend(value.items().filter_map(|item| Some((item.text()?, item))));
            words.extend(value.text().map(|text| (text, value)));
        }
        let Some(&(_, first)) = words.first() else { return false };
        let has_program = system.words.iter().rev().skip(1).any(|member| node.get(member).is_some());
        let image = if has_program { None } else { system.uses.iter().find_map(|member| node.get(member)?.text()) };
        if let Some(image) = image {
            let name = image.rsplit('/').next().unwrap_or(image);
            words.insert(0, (name.split([':', '@']).next().unwrap_or(name), first));
        }
        let texts: Vec<&str> = words.iter().map(|(text, _)| *text).collect();
        let line = |at: usize| {
            let mut start = 0;
            for (text, node) in &words {
                if at <= start + text.len() {
                    // The name of an image lies elsewhere.
                    return if node.text() == Some(*text) { node.line_at(at - start) } else { node.line() };
                }
                start += text.len() + 1;
            }
            first.line()
        };
        self.run(shell::command_of_words(&texts, self.shell), line);
        if image.is_some() && words.len() > 1 {
            // The image may hold many programs, and the first word be the one.
            let above = texts[0].len() + 1;
            self.run(shell::command_of_words(&texts[1..], self.shell), |at| line(at + above));
        }
        true
    }
}

/// Steps of a pipeline file.
pub(crate) fn steps<'a>(
    system: &CiSystem,
    documents: impl Iterator<Item = NodeRef<'a>>,
    shell: &[Wrapper],
) -> Vec<Step<'a>> {
    let mut steps = Steps::new(shell);
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
                    steps.job += 1;
                    steps.collect(system, key.text().unwrap_or(""), value);
                }
            } else {
                jobs.push(document);
            }
        } else if !named {
            jobs.push(document);
        }
        for node in jobs {
            steps.job += 1;
            steps.collect(system, "", node);
        }
    }
    steps.found
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
        let steps = steps(&system(&["jobs"], &["run"], &["uses"]), tree.documents(), &[]);
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
        let steps = steps(&system(&[], &["script"], &["image"]), tree.documents(), &[]);
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[1].text, "helm upgrade a b");
    }

    fn found(system: &CiSystem, text: &str) -> Vec<String> {
        let (tree, error) = crate::yaml::parse_into(text, crate::yaml::TreeBuffers::default());
        assert_eq!(error, None);
        let wrappers: Vec<Wrapper> =
            vec![Wrapper { programs: vec!["sh".into()], script: vec!["-c".into()], ..Wrapper::default() }];
        steps(system, tree.documents(), &wrappers).iter().map(|step| format!("{} {}", step.line, step.text)).collect()
    }

    #[test]
    fn commands_stand_on_their_line_however_the_text_is_written() {
        let github = system(&["jobs"], &["run"], &["uses"]);
        let text = "jobs:\n  a:\n    steps:\n      - run: &x |\n\n          a b \\\n            c\n          d\n      - run: >-\n          e &&\n\n          f\n      - run: \"g;\n          h\"\n      - &u\n        uses: &y\n          k/l@v1\n      - run: *x\n  b:\n    steps: [*u]\n";
        assert_eq!(
            found(&github, text),
            ["6 a b c", "8 d", "10 e", "12 f", "13 g", "14 h", "17 k/l@v1", "6 a b c", "8 d", "17 k/l@v1"]
        );
        assert_eq!(
            found(&github, "jobs: {a: {steps: [{uses: docker://r.io/x@sha256:1}]}}"),
            ["1 x", "1 r.io/x@sha256:1"]
        );
        let text = "jobs: {a: {steps: [{uses: 'docker://a/tool:1', with: {args: 'b c'}}, {uses: 'docker://a', with: {entrypoint: /bin/d}}]}}";
        assert_eq!(found(&github, text), ["1 tool b c", "1 a/tool:1", "1 /bin/d", "1 a"]);
    }

    #[test]
    fn words_in_lists_are_commands() {
        let system = CiSystem { words: vec!["command".into(), "args".into()], ..system(&[], &["script"], &["image"]) };
        let text = "a:\n  - image: r.io/helm:3\n    args: [upgrade, x]\n  - image: y\n    command: [sh]\n    args:\n      - -c\n      - |\n        b\n        c 'd e'\n";
        assert_eq!(
            found(&system, text),
            ["3 helm upgrade x", "3 upgrade x", "2 r.io/helm:3", "5 sh -c b c 'd e'", "9 b", "10 c 'd e'", "4 y"]
        );
    }

    #[test]
    fn expressions_of_azure_are_members_and_may_stand_twice() {
        let azure = system(&[], &["script", "bash"], &["task"]);
        let text = "steps:\n  - ${{ if eq(a, 1) }}:\n      - bash: a\n  - ${{ else }}:\n      - script: |\n          b\n  - ${{ each e in p }}:\n      - task: T@1\n  - ${{ insert }}: ${{ x }}\n    ${{ insert }}: ${{ y }}\n    script: c\n";
        assert_eq!(found(&azure, text), ["3 a", "6 b", "8 T@1", "11 c"]);
    }
}
