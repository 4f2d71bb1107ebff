//! What people bring along: saved assessments, tables of answers, models and progress of other tools. The first byte
//! chooses which of them the rest is.
#![no_main]

use cairn::{
    assess::{AnswerScope, Assessment, assess},
    facts::Facts,
    model::{self, Model},
    share::{
        file,
        import::{answers_from_csv, answers_to_csv, dsomm_model, dsomm_progress, pemm_model},
    },
};
use cairn_fuzz::{MODELS, TODAY, findings_hold};
use libfuzzer_sys::{Corpus, fuzz_target};

const NOW: &str = "2026-11-23T10:00:00Z";

fn judge(model: &Model, assessment: &Assessment) {
    findings_hold(model, &assess(model, &Facts::default(), assessment, TODAY));
}

fn scopes_hold(scopes: &[AnswerScope]) {
    for (index, scope) in scopes.iter().enumerate() {
        assert!(
            !scope.id.is_empty(),
            "the scope \"{}\" has no id: its answers are those of the organization",
            scope.name
        );
        assert!(scopes[..index].iter().all(|s| s.id != scope.id), "two scopes have the id \"{}\"", scope.id);
    }
}

fn model_holds(model: &Model) {
    let written = serde_json::to_string(model).expect("a model is text and numbers");
    match model::load(&written, "m.json") {
        Ok(again) => assert!(&again == model, "a model changes when it is written and read"),
        Err(problems) => panic!("a model that was made is no sound model: {problems}"),
    }
    judge(model, &Assessment::default());
}

fn table(text: &str, model: &Model) -> Option<Assessment> {
    let mut assessment = Assessment::default();
    let (taken, _) = answers_from_csv(text, model, &mut assessment, "", NOW).ok()?;
    let answers = assessment.answers.len() + assessment.scopes.iter().map(|s| s.answers.len()).sum::<usize>();
    assert!(answers <= taken, "{answers} answers, {taken} said to be taken");
    scopes_hold(&assessment.scopes);
    Some(assessment)
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((mode, rest)) = data.split_first() else { return Corpus::Reject };
    let Ok(text) = std::str::from_utf8(rest) else { return Corpus::Reject };
    match mode % 5 {
        0 => {
            let Ok(saved) = file::from_json(text) else { return Corpus::Keep };
            MODELS.iter().for_each(|model| judge(model, &saved.assessment));
        }
        1 => {
            let model = &MODELS[0];
            let Some(first) = table(text, model) else { return Corpus::Keep };
            judge(model, &first);
            // White space around a text is lost on the way; after that nothing changes any more.
            let second = table(&answers_to_csv(model, &first), model).expect("a table that was written is read");
            let states = |a: &Assessment| a.answers.iter().map(|(id, a)| (id.clone(), a.state)).collect::<Vec<_>>();
            assert_eq!(states(&second), states(&first), "answers change on their way through a table");
            let third = table(&answers_to_csv(model, &second), model).expect("a table that was written is read");
            assert_eq!(answers_to_csv(model, &third), answers_to_csv(model, &second));
        }
        2 => {
            if let Ok(model) = dsomm_model(text, "m.yaml") {
                model_holds(&model);
            }
        }
        3 => {
            if let Ok(scopes) = dsomm_progress(text, "p.yaml") {
                scopes_hold(&scopes);
                for answer in scopes.iter().flat_map(|s| s.answers.values()) {
                    assert!(answer.value.is_none_or(|v| (0.0..=1.0).contains(&v)));
                }
            }
        }
        _ => {
            if let Ok(model) = pemm_model(text, "q.yaml") {
                model_holds(&model);
            }
        }
    }
    Corpus::Keep
});
