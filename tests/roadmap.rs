//! Scores and roadmaps from whole scans of small organizations.
#![allow(clippy::unwrap_used)]
mod common;

use cairn::{
    assess::{Answer, Assessment, Findings, State, assess},
    plan::plan,
    score::score,
    util::sorted::SortedMap,
};

const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  project: shop\n  source: {repoURL: https://git.example/shop, path: web, targetRevision: main}\n  destination: {name: prod, namespace: web}\n";

fn argo(automated: &str) -> String {
    format!("{APPLICATION}  syncPolicy:\n    automated: {automated}\n")
}

fn findings(files: &[(&str, &str, &str)], assessment: &Assessment) -> Findings {
    let (rules, model) = (common::rules(), common::model("gitops/1.0.yaml"));
    assess(&model, &common::scan_tree(&rules, files), assessment, common::TODAY)
}

#[test]
fn different_gaps_give_different_first_steps_that_name_a_path() {
    let model = common::model("gitops/1.0.yaml");
    let heals = argo("{prune: true, selfHeal: true}");
    let by_hand = findings(
        &[("shop", "apps/web.yaml", APPLICATION), ("shop", "apps/api.yaml", APPLICATION)],
        &Assessment::default(),
    );
    let leaks = findings(
        &[
            ("shop", "apps/web.yaml", &heals),
            ("shop", "apps/db.yaml", "apiVersion: v1\nkind: Secret\nstringData:\n  password: hunter2hunter2\n"),
        ],
        &Assessment::default(),
    );
    let (a, b) = (plan(&model, &by_hand, &SortedMap::new()), plan(&model, &leaks, &SortedMap::new()));
    let first = |plan: &cairn::plan::Roadmap| -> Vec<String> {
        plan.steps.iter().take(3).map(|s| s.practice.clone()).collect()
    };
    assert_ne!(first(&a), first(&b));
    let sync = a.steps.iter().find(|s| s.practice == "auto-sync").unwrap();
    assert!(sync.begin.iter().any(|(r, p)| r == "shop" && p.path == "apps/web.yaml"), "{:?}", sync.begin);
    assert!(!b.steps.iter().any(|s| s.practice == "auto-sync"), "what is met is no step");
    assert!(a.steps.iter().any(|s| s.begin.is_empty()), "where files say nothing of a practice, no place is named");
    let mend = b.steps.iter().find(|s| s.begin.iter().any(|(_, p)| p.path == "apps/db.yaml")).unwrap();
    assert!(mend.begin.iter().all(|(_, p)| !p.excerpt.contains("hunter2")));
    for (plan, findings) in [(&a, &by_hand), (&b, &leaks)] {
        for (i, step) in plan.steps.iter().enumerate() {
            // A place of another practice would lead to the wrong file.
            let own = findings.get(&step.practice).map(|f| f.evidence.as_slice()).unwrap_or_default();
            for (repository, place) in &step.begin {
                let is_own = own.iter().any(|item| item.repository == *repository && item.places.contains(place));
                assert!(is_own, "{} does not belong to {}", place.path, step.practice);
            }
            for before in &step.after {
                assert!(
                    plan.steps[..i].iter().any(|s| &s.practice == before),
                    "{before} comes before {}",
                    step.practice
                );
            }
        }
    }
}

#[test]
fn an_answer_outranks_a_detection_and_the_conflict_is_kept() {
    let model = common::model("gitops/1.0.yaml");
    let text = argo("{}");
    let files = [("shop", "apps/web.yaml", text.as_str())];
    let without = findings(&files, &Assessment::default());
    assert_eq!(without.get("auto-sync").unwrap().state, State::Met);
    let mut assessment = Assessment::default();
    let answer = Answer { state: State::NotMet, ..Answer::default() };
    assessment.answers.insert("auto-sync".into(), answer);
    let with = findings(&files, &assessment);
    assert_eq!(with.get("auto-sync").unwrap().source, cairn::assess::Source::Conflict);
    let (before, after) = (score(&model, &without), score(&model, &with));
    assert_eq!((before.overall.level, after.overall.level), (Some(1), Some(0)));
}

#[test]
fn exempt_leaves_the_denominator_until_its_date() {
    let text = argo("{}");
    let files = [("shop", "apps/web.yaml", text.as_str())];
    let with = |until: &str| {
        let mut assessment = Assessment::default();
        let answer = Answer { state: State::Exempt, reason: "frozen".into(), until: until.into(), ..Answer::default() };
        assessment.answers.insert("self-heal".into(), answer);
        findings(&files, &assessment).get("self-heal").unwrap().state
    };
    assert_eq!(with("2099-01-01"), State::Exempt);
    assert_eq!(with("2020-01-01"), State::NotMet, "the date has passed");
}

#[test]
fn learning_never_looks_like_progress() {
    // low counts unknown as 0 and high as 1: any answer keeps the score between them.
    let model = common::model("gitops/1.0.yaml");
    let text = argo("{}");
    let files = [("shop", "apps/web.yaml", text.as_str())];
    let (rules, scored) = (common::rules(), |level: u8| model.level(level).is_some_and(|l| l.scored));
    let facts = common::scan_tree(&rules, &files);
    let judge = |assessment: &Assessment| assess(&model, &facts, assessment, common::TODAY);
    let silent = judge(&Assessment::default());
    let base = score(&model, &silent);
    let unknown: Vec<_> = model
        .practices
        .iter()
        .filter(|p| scored(p.level) && silent.get(&p.id).is_some_and(|f| f.state == State::Unknown))
        .collect();
    assert!(unknown.len() > 10, "there is something to learn");
    for practice in unknown {
        for state in [State::Met, State::NotMet, State::Partly] {
            let mut assessment = Assessment::default();
            assessment.answers.insert(practice.id.clone(), Answer { state, ..Answer::default() });
            let card = score(&model, &judge(&assessment));
            let id = &practice.id;
            for (was, is) in base.dimensions.iter().zip(&card.dimensions) {
                assert!(is.low + 1e-9 >= was.low && is.high <= was.high + 1e-9, "{id} {state:?}");
                assert!(is.score.is_none_or(|s| s + 1e-9 >= is.low && s <= is.high + 1e-9), "{id}");
            }
            assert_ne!(card, base, "the answer to {id} counts");
        }
    }
}

#[test]
fn shares_of_containers_count_each_container() {
    let container = |probe: &str| format!("        - {{name: a, image: shop/web:1.2.3{probe}}}\n");
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n    spec:\n      containers:\n{}{}{}",
        container(", readinessProbe: {httpGet: {path: /ready, port: 80}}"),
        container(""),
        container(""),
    );
    let found = findings(&[("shop", "deploy/web.yaml", &text)], &Assessment::default());
    let ready = found.get("readiness-known").unwrap();
    assert_eq!(ready.detected.as_ref().and_then(|d| d.ratio), Some((1, 3)));
}
