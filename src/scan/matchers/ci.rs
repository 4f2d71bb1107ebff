//! Matchers of steps: in pipelines, and in scripts that count once a pipeline calls them.

use crate::{
    formats::{
        ci_steps::{self, Step},
        lines::head,
        scripts,
    },
    rules::{
        commands::calls,
        path_match::FileKind,
        selectors::{CiSelector, Selector},
    },
    scan::{
        call_graph::{self, Script},
        content::Content,
        matches::{ContentMatches, ScriptMatches, Shown},
    },
    util::{path::file_name, sort::sort},
};

/// Most matches of one matcher in one script.
const MAX_IN_SCRIPT: usize = 20;

/// Looks at the steps of a pipeline or script.
pub(super) fn find(content: &Content<'_>, matches: &mut ContentMatches) {
    if content.path_match.is(FileKind::Script) {
        matches.was_read = true;
        find_in_script(content, matches);
    }
    for hit in &content.path_match.pipelines {
        let system = &content.rules.ci_systems[hit.value as usize];
        let steps = if system.text {
            scripts::steps(content.path, content.text, &content.rules.wrappers, &content.rules.calls)
        } else {
            let documents = content.documents().iter().map(|document| document.root);
            ci_steps::steps(system, documents, &content.rules.wrappers)
        };
        matches.was_read = true;
        find_in_pipeline(&system.id, &steps, content, matches);
    }
}

/// Matchers that look for a step, each with the place of the step, matcher by matcher: of two steps on one line the first of
/// each rule is shown.
fn matched(content: &Content<'_>, steps: &[Step<'_>]) -> Vec<(u32, u32)> {
    let mut matched: Vec<(u32, u32)> = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        content.rules.commands.matchers(step, &mut |matcher| matched.push((matcher, place as u32)));
    }
    sort(&mut matched);
    matched
}

fn find_in_pipeline(system: &str, steps: &[Step<'_>], content: &Content<'_>, matches: &mut ContentMatches) {
    matches.jobs.extend(call_graph::commands_by_job(steps));
    for (matcher, place) in matched(content, steps) {
        let (matcher, step) = (&content.rules.matchers[matcher as usize], &steps[place as usize]);
        let Selector::Ci(selector) = &matcher.selector else { continue };
        let in_system = selector.systems.is_empty() || selector.systems.iter().any(|wanted| wanted == system);
        let job = || steps.iter().filter(|other| other.job == step.job);
        if in_system && content.allows(matcher) && counts(selector, step, steps) && job_counts(selector, job) {
            matches.add(matcher.rule, (step.line, step.line), Shown::Line(&step.text), None, false);
        }
    }
}

/// Whether what a job does is thrown away with a cluster made for it.
fn excuses(selector: &CiSelector, step: &Step<'_>) -> bool {
    selector.unless_job.iter().any(|word| step.text.contains(word.as_str()))
}

/// Whether the job of a step is one in which it counts.
fn job_counts<'a, 's: 'a, I: Iterator<Item = &'a Step<'s>>>(selector: &CiSelector, job: impl Fn() -> I) -> bool {
    let is_wanted = |step: &Step<'_>| selector.if_job.iter().any(|pattern| calls(pattern, step));
    !job().any(|step| excuses(selector, step)) && (selector.if_job.is_empty() || job().any(is_wanted))
}

/// Whether a step does what its matcher looks for, and nothing that takes it back.
fn counts(selector: &CiSelector, step: &Step<'_>, steps: &[Step<'_>]) -> bool {
    if selector.unless.iter().any(|pattern| pattern.is_match(head(&step.text))) {
        return false;
    }
    let Some(reader) = &selector.unless_into else { return true };
    let mut next = step.into;
    // A pipeline has no circle; the bound is for the sake of certainty.
    for _ in 0..steps.len() {
        let Some(into) = next.and_then(|place| steps.get(place)) else { break };
        let is_reader = reader.run.iter().any(|pattern| calls(pattern, into))
            && !reader.unless.iter().any(|pattern| pattern.is_match(head(&into.text)));
        if is_reader {
            return false;
        }
        next = into.into;
    }
    true
}

fn find_in_script(content: &Content<'_>, matches: &mut ContentMatches) {
    let steps = scripts::steps(content.path, content.text, &content.rules.wrappers, &content.rules.calls);
    let mut hits = Vec::new();
    for same in matched(content, &steps).chunk_by(|a, b| a.0 == b.0) {
        let index = same[0].0;
        let matcher = &content.rules.matchers[index as usize];
        let Selector::Ci(selector) = &matcher.selector else { continue };
        if !content.allows(matcher) || !job_counts(selector, || steps.iter()) {
            continue;
        }
        let found = same.iter().map(|(_, place)| &steps[*place as usize]);
        for step in found.filter(|step| counts(selector, step, &steps)).take(MAX_IN_SCRIPT) {
            hits.push((index, step.line, matches.excerpt(&step.text)));
        }
    }
    if !hits.is_empty() {
        let script = Script::read(file_name(content.path), content.text);
        matches.script = Some(Box::new(ScriptMatches { script, hits }));
    }
}

#[cfg(test)]
mod tests {
    use crate::scan::matchers::testing::{found, matches_in, rules};

    const WORKFLOW: &str = ".github/workflows/deploy.yaml";

    #[test]
    fn steps_of_pipelines_match_what_they_run_and_use() {
        let rules = rules("[{ci: {run: ['kubectl +apply'], uses: [azure/k8s-deploy], unless-job: [kind create]}}]");
        let text = "jobs:\n  a:\n    steps:\n      - run: kubectl apply -f x\n      - uses: azure/k8s-deploy@v4\n  b:\n    steps:\n      - run: kind create cluster\n      - run: kubectl apply -f y\n";
        assert_eq!(found(&rules, WORKFLOW, text), ["4 kubectl apply -f x", "5 azure/k8s-deploy@v4"]);
        assert!(found(&rules, "other/deploy.yaml", text).is_empty(), "no pipeline lies there");
    }

    #[test]
    fn a_matcher_may_ask_what_else_the_job_does() {
        let rules = rules("[{ci: {run: ['git +push'], if-job: ['yq +-i', acme/set-image]}}]");
        let text = "jobs:\n  a:\n    steps:\n      - run: yq -i x\n      - run: git push\n  b:\n    steps:\n      - uses: acme/set-image@v1\n      - run: git push\n  c:\n    steps:\n      - run: echo yq -i x\n      - run: git push\n";
        assert_eq!(found(&rules, WORKFLOW, text), ["5 git push", "9 git push"]);
        assert!(matches_in(&rules, "a.sh", "git push\n").script.is_none(), "the script edits nothing");
        assert!(matches_in(&rules, "b.sh", "yq -i x\ngit push\n").script.is_some());
    }

    #[test]
    fn a_matcher_may_ask_for_systems() {
        let rules = rules("[{ci: {run: [deploy], systems: [gitlab]}}]");
        assert!(found(&rules, WORKFLOW, "jobs: {a: {steps: [{run: deploy}]}}\n").is_empty());
        assert_eq!(found(&rules, ".gitlab-ci.yml", "a: {script: [deploy]}\n"), ["1 deploy"]);
    }

    #[test]
    fn what_a_script_does_waits_for_a_pipeline_that_calls_it() {
        let rules = rules("[{ci: {run: ['kubectl +apply']}}]");
        let matches = matches_in(&rules, "deploy.sh", "#!/bin/sh\nkubectl apply -f x\n");
        assert!(matches.hits.is_empty());
        assert_eq!(matches.script.map(|script| script.hits.len()), Some(1));
        let calling = matches_in(&rules, WORKFLOW, "jobs: {a: {steps: [{run: ./deploy.sh}]}}\n");
        assert_eq!(calling.jobs, [["./deploy.sh"]]);
    }
}
