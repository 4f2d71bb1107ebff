//! Links. The first byte says whether the rest is a link as it is (0), or what the harness packs into one of version 1 or 2.
#![no_main]

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn::{
    model::{Model, digest},
    share::link::{LinkError, Shared, decode, decode_for, write_v1, write_v2},
};
use cairn_fuzz::{MODELS, TODAY, findings_hold};
use libfuzzer_sys::{Corpus, fuzz_target};

/// What positions stand for in a link of version 2: `$0` and `$1` in a seed, so that seeds outlive changes of the models.
fn positions(model: &Model) -> String {
    let mut ids: Vec<&str> = model.practices.iter().map(|p| p.id.as_str()).collect();
    ids.sort_unstable();
    let axes: Vec<&str> = model.axes_list().into_iter().map(|(id, _)| id).collect();
    digest(&format!("{}\n\n{}", ids.join("\n"), axes.join("\n")))
}

static POSITIONS: LazyLock<Vec<String>> = LazyLock::new(|| MODELS.iter().map(positions).collect());

fn pack(version: u8, json: &[u8]) -> Option<String> {
    let data = URL_SAFE_NO_PAD.encode(miniz_oxide::deflate::compress_to_vec(json, 6));
    let sum = digest(std::str::from_utf8(json).ok()?);
    Some(format!("#v{version}.{data}.{}", &sum[8..]))
}

/// A link made of what a link said; none where it grew beyond what is read.
fn again(link: &str, read: impl Fn(&str) -> Result<Shared, LinkError>) -> Option<Shared> {
    match read(link) {
        Ok(shared) => Some(shared),
        Err(LinkError::TooLong | LinkError::TooLarge) => None,
        Err(error) => panic!("a link that was written is refused: {error}"),
    }
}

fn same(a: &Shared, b: &Shared) {
    assert_eq!((&a.model, &a.name, &a.date, &a.values), (&b.model, &b.name, &b.date, &b.values));
    assert_eq!((&a.targets, a.repositories, a.applies), (&b.targets, b.repositories, b.applies));
    assert!(a.spread.keys().eq(b.spread.keys()));
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((mode, rest)) = data.split_first() else { return Corpus::Reject };
    let text = match mode % 3 {
        0 => std::str::from_utf8(rest).ok().map(str::to_owned),
        1 => pack(1, rest),
        _ => std::str::from_utf8(rest)
            .ok()
            .and_then(|json| pack(2, json.replace("$0", &POSITIONS[0]).replace("$1", &POSITIONS[1]).as_bytes())),
    };
    let Some(text) = text else { return Corpus::Reject };
    let Ok(shared) = decode(&text) else { return Corpus::Keep };
    if shared.positional.is_none()
        && let Some(second) = again(&write_v1(&shared), decode)
    {
        same(&shared, &second);
        // Spreads are rounded when they are written; from then on nothing changes.
        assert_eq!(again(&write_v1(&second), decode), Some(second));
    }
    for model in MODELS.iter() {
        let Ok(bound) = decode_for(&text, model) else { continue };
        let (findings, assessment, _) = bound.findings(model, TODAY);
        assert_eq!(findings.practices.len(), model.practices.len());
        assert!(assessment.answers.keys().all(|id| model.practice(id).is_some()));
        findings_hold(model, &findings);
        let mut own = bound.clone();
        own.values.retain(|id, _| model.practice(id).is_some());
        own.targets.retain(|id, _| model.axes_list().iter().any(|(axis, _)| axis == id));
        own.spread.retain(|id, _| model.axes_list().iter().any(|(axis, _)| axis == id));
        if let Some(second) = again(&write_v2(&own, model), |link| decode_for(link, model)) {
            same(&own, &second);
            assert_eq!(again(&write_v2(&second, model), |link| decode_for(link, model)), Some(second));
        }
    }
    Corpus::Keep
});
