//! Facts and saved files from elsewhere, and all that is computed of them.
#![no_main]

use cairn::{
    assess::{Assessment, assess},
    facts::{Facts, joins},
    share::{file, link},
    yaml,
};
use cairn_fuzz::{MODELS, TODAY, findings_hold, json};
use libfuzzer_sys::{Corpus, fuzz_target};

fn compute(facts: &Facts, assessment: &Assessment) {
    for model in MODELS.iter() {
        let findings = assess(model, facts, assessment, TODAY);
        let card = findings_hold(model, &findings);
        let text = link::encode(model, "0123456789abcdef", assessment, &findings, &card);
        match link::decode_for(&text, model) {
            // Scopes and repositories do not fit into a link; what they make of a practice does.
            Ok(shared) => assert_eq!(shared.findings(model, TODAY).0.practices.len(), findings.practices.len()),
            Err(error) => assert!(text.len() > 2_000, "{error}"),
        }
    }
    let _ = (joins::reached(facts), joins::unreached(facts), joins::clusters(facts));
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    if let Ok(facts) = yaml::from_json::<Facts>(text.as_bytes()) {
        let written = json(&facts);
        let again: Facts = yaml::from_json(written.as_bytes()).expect("facts that were written are read");
        let reference: Facts = serde_json::from_str(&written).expect("what is written is JSON");
        assert!(again == reference, "two readers of JSON differ");
        assert!(again == facts, "facts change on their way through a file");
        compute(&facts, &Assessment::default());
        let mut merged = Facts::default();
        merged.merge(facts.clone());
        let once = json(&merged);
        merged.repositories.windows(2).for_each(|w| assert!(w[0].name < w[1].name, "{}", w[1].name));
        merged.merge(Facts { problems: Vec::new(), ..facts });
        assert_eq!(json(&merged), once, "merging the same again changes something");
    }
    if let Ok(saved) = file::from_json(text) {
        let again = file::from_json(&file::to_json(&saved)).unwrap_or_else(|e| panic!("written, then refused: {e}"));
        assert_eq!(file::to_json(&again).len(), file::to_json(&saved).len());
        assert!(again.facts == saved.facts);
        compute(&saved.facts.unwrap_or_default(), &saved.assessment);
    }
    Corpus::Keep
});
