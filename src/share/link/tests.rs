use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::{
    envelope::seal,
    limits::{MAX_JSON, MAX_NAME},
    notation::{parse_value, quotient},
    *,
};
use crate::{
    assess::{Answer, Applies, Assessment, Detected, Findings, ModelRef, Source, State, resolve},
    model::Model,
    plan::plan,
    score::{Overall, Reason, Scorecard, Spread, score},
};

const TODAY: &str = "2026-06-01";

fn model(ids: &[String]) -> Model {
    let practices: Vec<serde_json::Value> = ids
        .iter()
        .enumerate()
        .map(|(i, id)| {
            serde_json::json!({
                "id": id, "dimension": format!("dimension-{}", i % 8), "level": i % 4, "title": id,
                "statement": "", "question": "", "rubric": {"met": "", "partly": "", "not-met": ""},
                "benefit": {"developers": "", "operations": "", "business": ""}, "steps": [], "effort": "S",
                "references": [],
            })
        })
        .collect();
    let dimensions: Vec<serde_json::Value> =
        (0..8).map(|i| serde_json::json!({"id": format!("dimension-{i}"), "name": "D", "summary": ""})).collect();
    let levels: Vec<serde_json::Value> =
        (0..4).map(|i| serde_json::json!({"number": i, "name": "L", "summary": "", "scored": i > 0})).collect();
    serde_json::from_value(serde_json::json!({
        "schema": "cairn-model/1", "id": "gitops", "version": "1.0", "name": "", "short": "", "summary": "",
        "source": {"title": "", "url": "", "licence": "", "attribution": ""}, "disclaimer": "",
        "levels": levels, "dimensions": dimensions, "practices": practices,
    }))
    .unwrap()
}

/// Ids as long and as unlike each other as those of a real model.
fn ids(count: usize) -> Vec<String> {
    const FIRST: [&str; 10] =
        ["secret", "policy", "cluster", "promotion", "rollback", "review", "tenant", "telemetry", "artifact", "drift"];
    const SECOND: [&str; 10] = [
        "rotation-automated",
        "enforced-everywhere",
        "from-git",
        "staged",
        "tested",
        "by-owners",
        "bounded",
        "alerts-routed",
        "signed-verified",
        "corrected",
    ];
    (0..count).map(|i| format!("{}-{}", FIRST[i % 10], SECOND[(i / 10 + i * 3) % 10])).collect::<Vec<_>>()
}

fn random(seed: &mut u64) -> u32 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    u32::try_from(*seed >> 40).unwrap()
}

/// All practices found by files with a ratio or a share, all answered, all targets and spreads given.
fn full(model: &Model, seed: u64) -> Shared {
    let mut seed = seed;
    let mut shared = Shared {
        model: ModelRef { id: "gitops".into(), version: "1.0".into(), digest: "0123456789abcdef".into() },
        name: "Northwind Traders, platform engineering".into(),
        date: "2026-05-04".into(),
        repositories: 42,
        applies: Applies::Yes,
        ..Shared::default()
    };
    for practice in &model.practices {
        let d = 1 + random(&mut seed) % 60;
        let n = random(&mut seed) % (d + 1);
        let detected = match random(&mut seed) % 4 {
            0 => None,
            1 => Some(Detected { value: quotient(n, d), ratio: Some((n, d)) }),
            2 => Some(Detected { value: quotient(n, d), ratio: None }),
            _ => Some(Detected { value: f64::from(n % 2), ratio: None }),
        };
        let mut answer = Answer::default();
        match random(&mut seed) % 6 {
            0 | 1 => answer.state = State::Met,
            2 => answer.state = State::NotMet,
            3 => {
                answer.state = State::Partly;
                answer.value = Some(f64::from(1 + random(&mut seed) % 99) / 100.0);
            }
            4 => answer.state = State::NotApplicable,
            _ => {
                answer.state = State::Exempt;
                answer.until = format!("2027-{:02}-{:02}", 1 + random(&mut seed) % 12, 1 + random(&mut seed) % 28);
            }
        }
        shared.values.insert(practice.id.clone(), SharedValue { detected, answer: Some(answer) });
    }
    for (i, (axis, _)) in model.axes_list().into_iter().enumerate() {
        shared.targets.insert(axis.to_owned(), u8::try_from(i % 4).unwrap());
        let mut three: Vec<f64> = (0..3).map(|_| f64::from(random(&mut seed) % 3_000_000) / 1_000_000.0).collect();
        three.sort_by(f64::total_cmp);
        shared.spread.insert(axis.to_owned(), Spread { min: three[0], median: three[1], max: three[2] });
    }
    shared
}

#[test]
fn a_full_link_stays_short_and_comes_back() {
    for count in [52, 55, 90] {
        let model = model(&ids(count));
        for seed in 0..20 {
            let shared = full(&model, seed);
            let text = write_v1(&shared);
            if seed == 0 {
                println!("{count} practices, all found and all answered: {} characters", text.len());
            }
            assert!(text.len() < LENGTH, "{count} practices: {} characters", text.len());
            assert_eq!(decode(&text).unwrap(), shared);
        }
    }
}

#[test]
fn values_of_a_large_model_go_by_position() {
    for count in [100, 250] {
        let names: Vec<String> = (0..count).map(|i| format!("practice-{}-{i}", ids(1)[0])).collect();
        let model = model(&names);
        for seed in 0..20 {
            let mut shared = full(&model, seed);
            let text = write_v2(&shared, &model);
            if seed == 0 {
                println!("{count} practices by position: {} characters", text.len());
            }
            for spread in shared.spread.values_mut() {
                let round = |v: f64| (v * 100.0).round() / 100.0;
                *spread = Spread { min: round(spread.min), median: round(spread.median), max: round(spread.max) };
            }
            assert_eq!(decode_for(&text, &model), Ok(shared));
        }
        let mut other = model.clone();
        other.practices.pop();
        let text = write_v2(&full(&model, 1), &model);
        assert!(matches!(decode_for(&text, &other), Err(LinkError::OtherModel(_))));
        other = model.clone();
        other.practices.reverse();
        assert!(decode_for(&text, &other).is_ok(), "the order of the file means nothing");
    }
}

#[test]
fn the_same_scores_come_back() {
    let model = model(&ids(60));
    for seed in 0..50 {
        let (findings, mut assessment, dropped) = full(&model, seed).findings(&model, TODAY);
        assert!(dropped.is_empty());
        assessment.answers.retain(|id, _| id.len() % 2 == 0);
        let (findings, card) = {
            let answers = &assessment.answers;
            let mut findings = findings;
            for f in &mut findings.practices {
                f.claimed = answers.get(&f.practice).cloned();
                (f.state, f.value, f.source) = resolve(f.detected.as_ref(), f.claimed.as_ref(), TODAY);
            }
            let card = score(&model, &findings);
            (findings, card)
        };
        let text = encode(&model, "0123456789abcdef", &assessment, &findings, &card);
        let shared = decode(&format!("https://example.org/some/path/#{text}")).unwrap();
        let (again, after, dropped) = shared.findings(&model, TODAY);
        assert!(dropped.is_empty(), "{dropped:?}");
        assert_eq!(after.answers, assessment.answers);
        assert_eq!(score(&model, &again), card);
        assert_eq!(plan(&model, &again, &after.targets), plan(&model, &findings, &assessment.targets));
    }
}

#[test]
fn an_exemption_ends() {
    let model = model(&ids(1));
    let mut shared = full(&model, 1);
    let answer = Answer { state: State::Exempt, until: "2026-12-31".into(), ..Answer::default() };
    let detected = Detected { value: 0.5, ratio: Some((1, 2)) };
    let value = SharedValue { detected: Some(detected), answer: Some(answer) };
    shared.values.insert(model.practices[0].id.clone(), value);
    let shared = decode(&write_v1(&shared)).unwrap();
    assert_eq!(shared.findings(&model, "2026-12-31").0.practices[0].state, State::Exempt);
    let later = &shared.findings(&model, "2027-01-01").0.practices[0];
    assert_eq!((later.state, later.value, later.source), (State::Partly, Some(0.5), Source::Detected));
}

#[test]
fn another_model_drops_and_says_so() {
    let shared = full(&model(&ids(10)), 3);
    let mut smaller = model(&ids(10));
    let gone = smaller.practices.remove(0);
    smaller.practices.reverse();
    smaller.dimensions.pop();
    let (findings, assessment, dropped) = shared.findings(&smaller, TODAY);
    assert_eq!(dropped, [format!("practice {}", gone.id), "target of dimension-7".to_owned()]);
    assert!(!assessment.answers.contains_key(&gone.id));
    for finding in &findings.practices {
        assert_eq!(finding.claimed, shared.values[&finding.practice].answer);
    }
}

#[test]
fn each_broken_link_says_what_is_wrong() {
    let good = write_v1(&full(&model(&ids(20)), 5));
    assert_eq!(decode(""), Err(LinkError::NotALink));
    assert_eq!(decode("#overview"), Err(LinkError::NotALink));
    assert_eq!(decode("v0.abc"), Err(LinkError::NotALink));
    assert_eq!(decode("v4.abc"), Err(LinkError::Newer("4".into())));
    assert_eq!(decode("v1."), Err(LinkError::CutShort));
    assert_eq!(decode(&good[..good.len() - 4]), Err(LinkError::CutShort));
    assert_eq!(decode(&good[..good.len() / 2]), Err(LinkError::CutShort));
    assert_eq!(decode("v1.%%%<script>"), Err(LinkError::Letters));
    assert_eq!(decode("v1.AAAAA.00000000"), Err(LinkError::Damaged));
    assert_eq!(decode(&format!("v1.{}", "QUJD".repeat(40_000))), Err(LinkError::TooLong));
    assert_eq!(decode(&seal(1, &" ".repeat(MAX_JSON * 4))), Err(LinkError::TooLarge));
    assert!(matches!(decode(&seal(1, "{}")), Err(LinkError::Content(_))));
    assert!(matches!(decode(&seal(1, &"[".repeat(10_000))), Err(LinkError::Content(_))));
}

#[test]
fn a_changed_letter_is_noticed() {
    let written = full(&model(&ids(20)), 5);
    let good = write_v1(&written);
    for at in 3..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
        // The last letter has bits beyond the end of the data; whatever is read is what was written.
        match decode(&String::from_utf8(bytes).unwrap()) {
            Err(error) => assert!(!error.to_string().is_empty()),
            Ok(shared) => assert_eq!(shared, written),
        }
    }
}

#[test]
fn content_is_bounded() {
    let with = |json: &str| decode(&seal(1, json));
    let ok = r#"{"m":"gitops","v":"1.0","a":"y","p":{"x":"1"}}"#;
    assert!(with(ok).is_ok());
    for bad in [
        r#"{"m":"../../x","v":"1.0","a":"y","p":{}}"#,
        r#"{"m":"a/b","v":"1.0","a":"y","p":{}}"#,
        r#"{"m":"gitops","v":"","a":"y","p":{}}"#,
        r#"{"m":"gitops","v":"1.0","a":"z","p":{}}"#,
        r#"{"m":"gitops","v":"1.0","a":"y","p":{"x":"7"}}"#,
        r#"{"m":"gitops","v":"1.0","a":"y","p":{"x y":"1"}}"#,
        r#"{"m":"gitops","v":"1.0","a":"y","p":{},"g":{"x":300}}"#,
        r#"{"m":"gitops","v":"1.0","a":"y","p":{},"s":{"x":"3 2 1"}}"#,
        r#"{"m":"gitops","v":"1.0","a":"y","p":{},"s":{"x":"1 2"}}"#,
        r#"{"m":"gitops","v":"1.0","a":"y","p":{},"s":{"x":"1 2 1000"}}"#,
        r#"{"m":"gitops","v":"1.0","a":"y","p":{},"r":-1}"#,
        r#"{"m":"gitops","v":"1.0","a":"y","p":{},"zz":1}"#,
    ] {
        assert!(matches!(with(bad), Err(LinkError::Content(_))), "{bad}");
    }
    let long = format!(r#"{{"m":"gitops","v":"1.0","a":"y","p":{{}},"n":"{}"}}"#, "x\\u0007".repeat(500));
    assert_eq!(with(&long).unwrap().name.chars().count(), MAX_NAME);
}

#[test]
fn what_cannot_be_is_not_written() {
    let mut shared = full(&model(&ids(2)), 5);
    let nan = SharedValue { detected: Some(Detected { value: f64::NAN, ratio: None }), answer: None };
    shared.values.insert("nan".into(), nan);
    shared.values.insert("white space".into(), shared.values[&ids(1)[0]].clone());
    shared.targets.insert(String::new(), 1);
    shared.spread.insert("infinite".into(), Spread { min: f64::NAN, median: 1.0, max: f64::INFINITY });
    let again = decode(&write_v1(&shared)).unwrap();
    assert_eq!(
        again.values.keys().cloned().collect::<Vec<_>>(),
        full(&model(&ids(2)), 5).values.into_keys().collect::<Vec<_>>()
    );
    assert_eq!(again.spread["infinite"], Spread { min: 0.0, median: 1.0, max: 100.0 });
}

#[test]
fn nothing_known_is_a_link_too() {
    let model = model(&ids(3));
    let card = Scorecard {
        dimensions: Vec::new(),
        overall: Overall { level: None, reason: Reason::NotOneNumber, gates: Vec::new() },
        known: 0,
        applicable: 3,
    };
    let text = encode(&model, "", &Assessment::default(), &Findings::default(), &card);
    let (findings, _, _) = decode(&text).unwrap().findings(&model, TODAY);
    assert!(findings.practices.iter().all(|f| f.state == State::Unknown && f.value.is_none()));
    assert_eq!(findings.applies, Applies::NoEvidence);
}

fn any_value() -> impl Strategy<Value = SharedValue> {
    let detected = prop_oneof![
        Just(None),
        (0.0..=1.0f64).prop_map(|value| Some(Detected { value, ratio: None })),
        (1..=u32::MAX, 0.0..=1.0f64).prop_map(|(d, v)| {
            let n = d / 3;
            Some(Detected { value: quotient(n, d).min(v), ratio: Some((n, d)) })
        }),
    ];
    let answer = prop_oneof![
        Just(None),
        Just(Some(Answer { state: State::Met, ..Answer::default() })),
        (0.0..=1.0f64).prop_map(|v| Some(Answer { state: State::Partly, value: Some(v), ..Answer::default() })),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}".prop_map(|until| Some(Answer {
            state: State::Exempt,
            until,
            ..Answer::default()
        })),
    ];
    (detected, answer).prop_map(|(detected, answer)| SharedValue { detected, answer })
}

proptest! {
    #[test]
    fn any_assessment_comes_back(
        name in "[^\\p{C}]{0,120}",
        values in proptest::collection::btree_map("[a-z][a-z-]{0,30}", any_value(), 0..40),
        targets in proptest::collection::btree_map("[a-z-]{1,9}", any::<u8>(), 0..9),
        repositories: u32,
    ) {
        let mut shared = full(&model(&[]), 1);
        shared.name = name;
        shared.values = values.into_iter().filter(|(_, v)| *v != SharedValue::default()).collect();
        shared.targets = targets.into_iter().collect();
        shared.repositories = repositories;
        prop_assert_eq!(decode(&write_v1(&shared)), Ok(shared));
    }

    #[test]
    fn any_text_is_read_without_harm(text in ".{0,200}") {
        let _ = decode(&text);
        let _ = decode(&format!("v1.{text}"));
        let _ = decode(&seal(1, &text));
        let _ = decode(&seal(2, &text));
        let _ = parse_value(&text);
    }

    #[test]
    fn a_link_survives_what_programs_put_around_and_into_it(
        seed in 0_u64..50,
        before in proptest::sample::select(vec!["", "#", "<", "https://example.org/a/#", "Look: https://x.example/?a=1#", "%23", " "]),
        behind in proptest::sample::select(vec![
            "", ")", ".", ">", ",", ";", "!", "?", "'", "\"", "]", "*", ").", ">.", "&utm_source=mail&utm_medium=x", "?fbclid=1",
            "&amp;x=y", "\n", "\r\n--\r\nsent by mail", " and more", "#:~:text=x", "/roadmap", "/roadmap).", "/practices/a&utm_source=b",
            "%20", "%29", "\u{200b}", "…", "”",
        ]),
        inside in proptest::collection::vec(
            (any::<proptest::sample::Index>(), proptest::sample::select(vec![" ", "\n", "\r\n", "\n> ", "=\r\n", "%20", "%0A", "\u{200b}", "\u{ad}"])),
            0..4,
        ),
        encoded: bool,
        capital: bool,
    ) {
        let written = full(&model(&ids(20)), seed);
        let mut link = write_v1(&written);
        let mut inside: Vec<_> = inside.iter().map(|(at, put)| (1 + at.index(link.len() - 1), *put)).collect();
        inside.sort_unstable();
        inside.dedup_by_key(|(at, _)| *at);
        for (at, put) in inside.into_iter().rev() {
            link.insert_str(at, put);
        }
        if encoded {
            link = link.replace('.', "%2E").replace('-', "%2d").replace('_', "%255F");
        }
        if capital {
            link.replace_range(..1, "V");
        }
        let text = format!("{before}{link}{behind}");
        prop_assert_eq!(decode(&text), Ok(written.clone()), "{}", text);
        let found = locate(&text).unwrap();
        prop_assert_eq!(found.text, write_v1(&written));
        // What is passed over makes no damage good.
        let damaged = text.replacen(&link, &link.replace(['a', 'e', 'g'], "b"), 1);
        prop_assert!(damaged == text || decode(&damaged).is_err());
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode(&format!("v1.{}.00000000", URL_SAFE_NO_PAD.encode(bytes)));
    }
}

#[test]
fn only_version_3_says_what_the_best_group_meets() {
    let model = model(&ids(3));
    let shared = Shared { best_group: vec![true, false], ..full(&model, 1) };
    let text = write_v3(&shared, &model);
    assert!(text.starts_with("v3."));
    assert_eq!(decode_for(&text, &model).unwrap().best_group, [true, false]);
    assert!(decode_for(&write_v2(&shared, &model), &model).unwrap().best_group.is_empty());
    for (version, flags) in [(2, "10"), (3, "1x")] {
        let json = format!(r#"{{"m":"gitops","v":"1.0","a":"y","i":"0","b":"{flags}"}}"#);
        assert!(matches!(decode(&seal(version, &json)), Err(LinkError::Content(_))), "{version} {flags}");
    }
}
