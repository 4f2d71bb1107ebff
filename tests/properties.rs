//! What must hold of every score, every merge and every round trip, whatever goes in.
#![allow(clippy::unwrap_used)]
mod common;

use std::sync::LazyLock;

use cairn::{
    archive::{self, Limits},
    assess::{Answer, AnswerScope, Applies, Assessment, CountedShare, Finding, Findings, State, assess},
    facts::Facts,
    model::{Model, digest},
    rules::RuleSet,
    scan::{Feed, Scanner},
    score::{DimensionScore, Scorecard, score},
    share::{
        import::{answers_from_csv, answers_to_csv},
        link,
    },
    util::sorted::SortedMap,
    yaml,
};
use proptest::prelude::*;

use common::TODAY;

/// Slack for sums of fractions.
const SLACK: f64 = 1e-9;

static RULES: LazyLock<RuleSet> = LazyLock::new(common::rules);

/// The models of this site.
static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
    ["gitops/1.0.yaml", "cncf/4.0-beta.yaml", "cncf/3.0.yaml", "platform/1.0.yaml"].map(common::model).into()
});

// ---------------------------------------------------------------------------------------------------------------------
// Scores
// ---------------------------------------------------------------------------------------------------------------------

const AXES: usize = 3;
const TOP: u8 = 4;

/// One practice of a made-up model: where it stands and what is known of it.
#[derive(Debug, Clone)]
struct Made {
    axis: usize,
    level: u8,
    /// In halves, so that sums are exact whatever their order.
    weight: u8,
    known: Known,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Known {
    /// In eighths.
    Value(u8),
    Unknown,
    Out(State),
}

fn any_known() -> impl Strategy<Value = Known> {
    prop_oneof![
        5 => (0..=8_u8).prop_map(Known::Value),
        3 => Just(Known::Unknown),
        1 => Just(Known::Out(State::NotApplicable)),
        1 => Just(Known::Out(State::Exempt)),
    ]
}

fn any_made() -> impl Strategy<Value = Made> {
    (0..AXES, 0..=TOP, 1..=6_u8, any_known()).prop_map(|(axis, level, weight, known)| Made {
        axis,
        level,
        weight,
        known,
    })
}

fn any_practices() -> impl Strategy<Value = Vec<Made>> {
    proptest::collection::vec(any_made(), 1..24)
}

/// A model of practices under the ids `p0`, `p1`, …, in the order given, with a gate for each level.
fn model_of(practices: &[(usize, &Made)]) -> Model {
    let list: Vec<serde_json::Value> = practices
        .iter()
        .map(|(id, made)| {
            serde_json::json!({
                "id": format!("p{id}"), "dimension": format!("d{}", made.axis), "level": made.level, "title": "t",
                "statement": "", "question": "", "rubric": {"met": "", "partly": "", "not-met": ""},
                "benefit": {"developers": "", "operations": "", "business": ""}, "steps": [], "effort": "M",
                "weight": f64::from(made.weight) / 2.0, "references": [],
            })
        })
        .collect();
    let levels: Vec<serde_json::Value> = (0..=TOP)
        .map(|n| serde_json::json!({"number": n, "name": format!("L{n}"), "summary": "", "scored": n > 0}))
        .collect();
    let gates: Vec<serde_json::Value> = (1..=TOP)
        .map(|n| {
            let test = serde_json::json!({"practice": format!("p{}", n - 1), "above": 0.25});
            serde_json::json!({"level": n, "conditions": [{"title": "t", "any": [test]}]})
        })
        .collect();
    serde_json::from_value(serde_json::json!({
        "schema": "cairn-model/1", "id": "m", "version": "1", "name": "", "short": "", "summary": "",
        "source": {"title": "", "url": "", "licence": "", "attribution": ""}, "disclaimer": "", "threshold": 0.75,
        "levels": levels,
        "dimensions": (0..AXES)
            .map(|d| serde_json::json!({"id": format!("d{d}"), "name": "", "summary": ""}))
            .collect::<Vec<_>>(),
        "overall": {"applies": [], "not-roles": [], "gates": gates},
        "practices": list,
    }))
    .unwrap()
}

fn findings_of(practices: &[(usize, &Made)]) -> Findings {
    let practices = practices
        .iter()
        .map(|(id, made)| {
            let (state, value) = match made.known {
                Known::Value(eighths) => (State::of_value(f64::from(eighths) / 8.0), Some(f64::from(eighths) / 8.0)),
                Known::Unknown => (State::Unknown, None),
                Known::Out(state) => (state, None),
            };
            Finding { practice: format!("p{id}"), state, value, ..Finding::default() }
        })
        .collect();
    Findings { practices, applies: Applies::Yes, repositories: Vec::new(), ..Findings::default() }
}

fn card_of(made: &[Made]) -> Scorecard {
    let list: Vec<(usize, &Made)> = made.iter().enumerate().collect();
    score(&model_of(&list), &findings_of(&list))
}

/// Score, low, high, coverage and level of an axis.
fn numbers(axis: &DimensionScore) -> (Option<f64>, f64, f64, f64, Option<u8>) {
    (axis.score, axis.low, axis.high, axis.coverage, axis.level)
}

proptest! {
    #[test]
    fn a_score_lies_between_low_and_high(made in any_practices()) {
        let card = card_of(&made);
        prop_assert!(card.known <= card.applicable);
        for axis in &card.dimensions {
            prop_assert!((0.0..=1.0).contains(&axis.coverage), "coverage {}", axis.coverage);
            prop_assert!(axis.low <= axis.high + SLACK);
            if let Some(score) = axis.score {
                prop_assert!(axis.low <= score + SLACK && score <= axis.high + SLACK, "{} {score} {}", axis.low, axis.high);
                prop_assert!((0.0..=f64::from(TOP) + SLACK).contains(&score));
            }
            // Where all is known there is nothing between low and high.
            if axis.coverage == 1.0 {
                prop_assert!((axis.high - axis.low).abs() < SLACK);
            }
        }
    }

    #[test]
    fn raising_a_value_never_lowers_anything(made in any_practices(), which: prop::sample::Index, by in 1..=8_u8) {
        let before = card_of(&made);
        let mut raised = made;
        let one = which.index(raised.len());
        let Known::Value(value) = raised[one].known else { return Ok(()) };
        raised[one].known = Known::Value((value + by).min(8));
        let after = card_of(&raised);
        for (b, a) in before.dimensions.iter().zip(&after.dimensions) {
            prop_assert!(a.score.unwrap_or(0.0) + SLACK >= b.score.unwrap_or(0.0));
            prop_assert!(a.low + SLACK >= b.low && a.high + SLACK >= b.high);
            prop_assert!(a.level >= b.level, "{:?} became {:?}", b.level, a.level);
            prop_assert_eq!(a.coverage, b.coverage);
        }
        prop_assert!(after.overall.level >= before.overall.level);
    }

    #[test]
    fn learning_narrows_what_is_possible(made in any_practices(), which: prop::sample::Index, value in 0..=8_u8) {
        let before = card_of(&made);
        let mut learned = made;
        let one = which.index(learned.len());
        if learned[one].known != Known::Unknown {
            return Ok(());
        }
        learned[one].known = Known::Value(value);
        let after = card_of(&learned);
        for (b, a) in before.dimensions.iter().zip(&after.dimensions) {
            prop_assert!(a.high <= b.high + SLACK, "high rose from {} to {}", b.high, a.high);
            prop_assert!(a.low + SLACK >= b.low, "low fell from {} to {}", b.low, a.low);
            prop_assert!(a.coverage + SLACK >= b.coverage);
        }
        prop_assert_eq!(after.known, before.known + 1);
    }

    #[test]
    fn the_order_of_practices_does_not_matter(
        (made, order) in any_practices().prop_flat_map(|made| {
            let order: Vec<usize> = (0..made.len()).collect();
            (Just(made), Just(order).prop_shuffle())
        }),
    ) {
        let turned: Vec<(usize, &Made)> = order.iter().map(|i| (*i, &made[*i])).collect();
        prop_assert_eq!(score(&model_of(&turned), &findings_of(&turned)), card_of(&made));
        // Nor does the order of findings.
        let plain: Vec<(usize, &Made)> = made.iter().enumerate().collect();
        prop_assert_eq!(score(&model_of(&plain), &findings_of(&turned)), card_of(&made));
    }

    #[test]
    fn what_does_not_apply_is_as_if_it_were_not_there(made in any_practices(), which: prop::sample::Index, exempt: bool) {
        let one = which.index(made.len());
        let mut out = made.clone();
        out[one].known = Known::Out(if exempt { State::Exempt } else { State::NotApplicable });
        let with = card_of(&out);
        let list: Vec<(usize, &Made)> = made.iter().enumerate().filter(|(i, _)| *i != one).collect();
        let without = score(&model_of(&list), &findings_of(&list));
        for (a, b) in with.dimensions.iter().zip(&without.dimensions) {
            prop_assert_eq!(numbers(a), numbers(b));
        }
        prop_assert_eq!((with.known, with.applicable), (without.known, without.applicable));
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Scopes
// ---------------------------------------------------------------------------------------------------------------------

/// An answer as a person can give it; shares are whole per cents.
fn any_answer() -> impl Strategy<Value = Answer> {
    let said = |state| Answer { state, ..Answer::default() };
    prop_oneof![
        Just(said(State::Met)),
        Just(said(State::NotMet)),
        Just(said(State::NotApplicable)),
        Just(said(State::Partly)),
        (1..100_u8).prop_map(|percent| Answer {
            state: State::Partly,
            value: Some(f64::from(percent) / 100.0),
            ..Answer::default()
        }),
        (1..20_u32, 1..20_u32, "[a-z]{0,8}").prop_map(|(done, more, unit)| Answer {
            state: State::Partly,
            coverage: Some(CountedShare { done, of: done + more, unit }),
            ..Answer::default()
        }),
        prop_oneof![Just(""), Just("2020-01-31"), Just("2030-01-31")].prop_map(|until| Answer {
            state: State::Exempt,
            until: until.into(),
            ..Answer::default()
        }),
    ]
}

/// Names of which an id alone would not tell one from the other.
const TEAMS: [&str; 6] = ["Team A", "Team-A", "Ü", "Ö", "web/api", "web api"];

fn scopes_of(answers: Vec<SortedMap<String, Answer>>) -> Vec<AnswerScope> {
    let scope = |(i, answers): (usize, _)| AnswerScope {
        id: format!("s{i}"),
        name: TEAMS[i % TEAMS.len()].into(),
        answers,
        ..AnswerScope::default()
    };
    answers.into_iter().enumerate().map(scope).collect()
}

/// Findings of the first practice of a made-up model that only people can answer.
fn finding_of(organization: Option<Answer>, scopes: Vec<Option<Answer>>) -> Finding {
    let made = Made { axis: 0, level: 1, weight: 2, known: Known::Unknown };
    let model = model_of(&[(0, &made)]);
    let own = |answer: Option<Answer>| answer.map(|a| ("p0".to_owned(), a)).into_iter().collect::<SortedMap<_, _>>();
    let assessment = Assessment {
        answers: own(organization),
        scopes: scopes_of(scopes.into_iter().map(own).collect()),
        ..Assessment::default()
    };
    assess(&model, &Facts::default(), &assessment, TODAY).practices.remove(0)
}

proptest! {
    #[test]
    fn the_mean_of_scopes_lies_among_them(
        organization in proptest::option::of(any_answer()),
        scopes in proptest::collection::vec(proptest::option::of(any_answer()), 1..6),
    ) {
        let finding = finding_of(organization.clone(), scopes.clone());
        prop_assert_eq!(finding.scopes.len(), scopes.len());
        let values: Vec<f64> = finding.scopes.iter().filter_map(|s| s.value).collect();
        if scopes.iter().all(Option::is_none) {
            prop_assert_eq!(finding.value, finding_of(organization, Vec::new()).value);
        } else if !values.is_empty() {
            let (min, max) = (values.iter().copied().reduce(f64::min).unwrap(), values.iter().copied().reduce(f64::max).unwrap());
            let value = finding.value.unwrap();
            prop_assert!(min <= value + SLACK && value <= max + SLACK, "{value} is not in {min}..{max}");
            prop_assert_eq!(finding.state, State::of_value(value));
        }
        let turned = finding_of(None, scopes.iter().rev().cloned().collect());
        let straight = finding_of(None, scopes);
        prop_assert_eq!(turned.value.is_some(), straight.value.is_some());
        prop_assert!((turned.value.unwrap_or(0.0) - straight.value.unwrap_or(0.0)).abs() < SLACK);
    }

    #[test]
    fn one_scope_alone_is_the_organization(answer in any_answer()) {
        let (alone, whole) = (finding_of(None, vec![Some(answer.clone())]), finding_of(Some(answer), Vec::new()));
        prop_assert_eq!((alone.state, alone.value), (alone.scopes[0].state, alone.scopes[0].value));
        prop_assert_eq!((alone.state, alone.value), (whole.state, whole.value));
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Facts
// ---------------------------------------------------------------------------------------------------------------------

/// Files that refer to each other: sources of agents, kustomizations, pipelines with scripts, owners; copies, classes,
/// and broken files.
const FILES: &[(&str, &str)] = &[
    ("README.md", "# Web\n"),
    ("CODEOWNERS", "* @acme/all\n/apps/ @acme/apps\n"),
    (".github/CODEOWNERS", "/apps/ @acme/others\n"),
    ("docs/CODEOWNERS", "* @acme/docs\n"),
    ("apps/OWNERS", "approvers: [ada, bob]\n"),
    (
        ".github/workflows/a.yml",
        "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - run: make deploy\n",
    ),
    (
        ".github/workflows/b.yml",
        "on: push\njobs:\n  b:\n    steps:\n      - run: ./hack/deploy.sh\n      - run: trivy image x\n",
    ),
    ("Jenkinsfile", "pipeline { stages { stage('a') { steps { sh 'terraform plan' } } } }\n"),
    ("Makefile", "deploy: build\n\tkubectl apply -f apps\nbuild:\n\tdocker build .\n"),
    ("hack/deploy.sh", "helm upgrade --install web charts/web --wait\n"),
    ("apps/prod/kustomization.yaml", "resources: [../base, web.yaml]\n# - gone.yaml\n"),
    ("apps/prod/gone.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: gone}\n"),
    ("apps/prod/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n"),
    ("apps/staging/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n"),
    ("apps/base/kustomization.yaml", "resources: [web.yaml]\n"),
    ("apps/base/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: swordfish}\n"),
    (
        "clusters/prod/apps.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: ./apps/prod, prune: true}\n",
    ),
    (
        "clusters/staging/apps.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: {source: {path: apps}, syncPolicy: {automated: {}}}\n",
    ),
    ("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
    ("charts/web/values.yaml", "auth: {password: swordfish}\nimage: {tag: latest}\n"),
    (
        "charts/web/templates/a.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nspec:\n  {{- if .Values.a }}\n  replicas: 1\n  {{- end }}\n",
    ),
    ("vendor/x/main.tf", "resource \"a\" \"b\" {}\n"),
    ("examples/one/main.tf", "resource \"a\" \"b\" {}\n"),
    ("test/fixtures/secret.yaml", "apiVersion: v1\nkind: Secret\nstringData: {password: swordfish}\n"),
    ("infra/main.tf", "terraform {\n  backend \"s3\" {}\n}\nmodule \"a\" {\n  source = \"./a\"\n}\n"),
    (
        "infra/a/main.tf",
        "resource \"aws_eks_cluster\" \"c\" {\n  name = \"<CLUSTER_NAME>\"\n  x = \"<OTHER_NAME>\"\n}\n",
    ),
    ("broken.yaml", "kind: Deployment\na: {{ b\n"),
    ("Dockerfile", "FROM scratch\nUSER 1000\n"),
    ("src/main.rs", "fn main() {}\n"),
    ("package.json", "{\"scripts\": {\"test\": \"jest\"}}\n"),
    (
        "catalog-info.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: web}\nspec: {owner: team-a}\n",
    ),
    (".cairn.yml", "schema: cairn-repository/1\nfolders: [{folder: examples, class: in-use, reason: r}]\n"),
    ("docs/adr/0001-record.md", "# 1. Record\n\n## Status\n\nAccepted\n"),
];

type Tree = Vec<(&'static str, &'static str)>;

fn any_tree() -> impl Strategy<Value = Tree> {
    proptest::sample::subsequence(FILES.to_vec(), 1..FILES.len()).prop_shuffle()
}

fn scan(repositories: &[(&str, &Tree)]) -> Facts {
    let files: Vec<(&str, &str, &str)> =
        repositories.iter().flat_map(|(name, tree)| tree.iter().map(|(path, text)| (*name, *path, *text))).collect();
    common::scan_tree(&RULES, &files)
}

fn json(facts: &Facts) -> String {
    serde_json::to_string(facts).unwrap()
}

fn merged(parts: &[&Facts]) -> Facts {
    let mut all = Facts::default();
    parts.iter().for_each(|part| all.merge((*part).clone()));
    all
}

/// Facts of an archive that holds one folder with these files in this order.
fn unpacked(tree: &Tree) -> Facts {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, text) in tree {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_700_000_000);
        builder.append_data(&mut header, format!("web/{path}"), text.as_bytes()).unwrap();
    }
    let bytes = builder.into_inner().unwrap();
    let mut scanner = Scanner::new(&RULES);
    let mut go_on = |_: &cairn::util::progress::Progress| true;
    let mut feed = Feed::new(&mut scanner, 0, &mut go_on);
    archive::read_stream("acme__web.tar", &mut bytes.as_slice(), &Limits::default(), &mut feed).unwrap();
    scanner.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn merging_equals_scanning_together_in_any_grouping(a in any_tree(), b in any_tree(), c in any_tree()) {
        let together = scan(&[("acme/a", &a), ("acme/b", &b), ("acme/c", &c)]);
        let (a, b, c) = (scan(&[("acme/a", &a)]), scan(&[("acme/b", &b)]), scan(&[("acme/c", &c)]));
        prop_assert_eq!(json(&merged(&[&a, &b, &c])), json(&together));
        prop_assert_eq!(json(&merged(&[&c, &a, &b])), json(&together));
        prop_assert_eq!(json(&merged(&[&a, &merged(&[&b, &c])])), json(&merged(&[&merged(&[&a, &b]), &c])));
        let text = json(&together);
        prop_assert_eq!(&serde_json::from_str::<Facts>(&text).unwrap(), &together);
        prop_assert_eq!(yaml::from_json::<Facts>(text.as_bytes()).unwrap(), together);
    }

    #[test]
    fn the_order_of_files_does_not_matter((tree, turned) in any_tree().prop_flat_map(|t| (Just(t.clone()), Just(t).prop_shuffle()))) {
        let facts = json(&scan(&[("acme/web", &tree)]));
        prop_assert_eq!(&json(&scan(&[("acme/web", &tree)])), &facts, "twice");
        prop_assert_eq!(&json(&scan(&[("acme/web", &turned)])), &facts, "in another order");
        prop_assert_eq!(json(&unpacked(&turned)), json(&unpacked(&tree)), "in an archive in another order");
        prop_assert!(!facts.contains("swordfish"), "a secret is in the facts");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Round trips
// ---------------------------------------------------------------------------------------------------------------------

/// Answers to some of a model's practices.
fn any_answers(model: usize) -> impl Strategy<Value = SortedMap<String, Answer>> {
    let ids: Vec<String> = MODELS[model].practices.iter().map(|p| p.id.clone()).collect();
    proptest::collection::btree_map(proptest::sample::select(ids), any_answer(), 0..40)
        .prop_map(|answers| answers.into_iter().collect())
}

/// An assessment of one of the models, by its place in [`MODELS`].
fn any_assessment() -> impl Strategy<Value = (usize, Assessment)> {
    (0..MODELS.len()).prop_flat_map(|at| {
        let axes: Vec<String> = MODELS[at].axes_list().iter().map(|(id, _)| (*id).to_owned()).collect();
        let levels: Vec<u8> = MODELS[at].levels.iter().map(|l| l.number).collect();
        let targets =
            proptest::collection::btree_map(proptest::sample::select(axes), proptest::sample::select(levels), 0..6);
        let scopes = proptest::collection::vec(any_answers(at), 0..3);
        (Just(at), any_answers(at), targets, scopes, "[a-zA-Z ]{0,20}").prop_map(
            |(at, answers, targets, scopes, name)| {
                let mut assessment = Assessment::new("i", &name, &MODELS[at], "0123456789abcdef", TODAY);
                (assessment.answers, assessment.targets, assessment.scopes) =
                    (answers, targets.into_iter().collect(), scopes_of(scopes));
                (at, assessment)
            },
        )
    })
}

/// Texts that have to be quoted in a table; white space at either end is lost there.
fn any_note() -> impl Strategy<Value = String> {
    "([=+@'a-zé-][a-z \"',;\r\n\t=é]{0,30}[a-z\"'.])?"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn an_assessment_comes_back_from_a_link((at, assessment) in any_assessment()) {
        let model = &MODELS[at];
        let findings = assess(model, &Facts::default(), &assessment, TODAY);
        let card = score(model, &findings);
        let text = link::encode(model, &digest("m"), &assessment, &findings, &card);
        let shared = link::decode_for(&text, model).unwrap();
        prop_assert_eq!(&shared.name, &assessment.name);
        prop_assert_eq!(&shared.targets, &assessment.targets);
        let (back, said, dropped) = shared.findings(model, TODAY);
        prop_assert!(dropped.is_empty(), "{dropped:?}");
        prop_assert_eq!(&said.targets, &assessment.targets);
        for (there, here) in back.practices.iter().zip(&findings.practices) {
            prop_assert_eq!((&there.practice, there.state, there.value), (&here.practice, here.state, here.value));
        }
        let again = score(model, &back);
        for (there, here) in again.dimensions.iter().zip(&card.dimensions) {
            prop_assert_eq!(numbers(there), numbers(here));
        }
        prop_assert_eq!(again.overall, card.overall);
        // A link is what is written of what a link said.
        let positional = link::decode_for(&link::write_v2(&shared, model), model).unwrap();
        prop_assert_eq!(positional.values, shared.values);
    }

    #[test]
    fn answers_come_back_from_a_table(
        (at, mut assessment) in any_assessment(),
        notes in proptest::collection::vec((any_note(), any_note(), "[A-Z][a-z]{0,8}"), 1..5),
    ) {
        let model = &MODELS[at];
        let answers = assessment.answers.values_mut().chain(assessment.scopes.iter_mut().flat_map(|s| s.answers.values_mut()));
        for (answer, (note, reason, by)) in answers.zip(notes.iter().cycle()) {
            (answer.note, answer.reason, answer.by, answer.at) = (note.clone(), reason.clone(), by.clone(), TODAY.into());
        }
        let mut back = Assessment::default();
        let (taken, left_out) = answers_from_csv(&answers_to_csv(model, &assessment), model, &mut back, "", TODAY).unwrap();
        prop_assert!(left_out.is_empty(), "{left_out:?}");
        prop_assert_eq!(&back.answers, &assessment.answers);
        let of = |a: &Assessment| -> SortedMap<String, SortedMap<String, Answer>> {
            a.scopes.iter().filter(|s| !s.answers.is_empty()).map(|s| (s.name.clone(), s.answers.clone())).collect()
        };
        prop_assert_eq!(of(&back), of(&assessment));
        prop_assert_eq!(taken, assessment.answers.len() + assessment.scopes.iter().map(|s| s.answers.len()).sum::<usize>());
    }
}
