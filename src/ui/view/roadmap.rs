//! The steps of the roadmap, in words.

use super::text;
use crate::{
    model::Model,
    plan::{Roadmap, Step},
};

/// A step as the roadmap shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// Index in the roadmap's steps.
    pub index: usize,
    /// Name of its axis.
    pub axis: String,
    /// Effort, gain, the steps before it, and the stage that it reaches.
    pub facts: String,
}

/// The steps whose practice the model has. `stage` is the overall level before the first step.
#[must_use]
pub fn step_rows(model: &Model, roadmap: &Roadmap, stage: Option<u8>) -> Vec<StepRow> {
    let number = |id: &str| roadmap.steps.iter().position(|s| s.practice == id).map(|i| (i + 1).to_string());
    let mut stage = stage;
    let mut rows = Vec::new();
    for (index, step) in roadmap.steps.iter().enumerate() {
        let reached = step.level_after.filter(|_| step.level_after > stage);
        stage = step.level_after;
        if model.practice(&step.practice).is_none() {
            continue;
        }
        let before: Vec<String> = step.after.iter().filter_map(|id| number(id)).collect();
        let axis = model.axes_list().into_iter().find(|(id, _)| *id == step.axis).map_or("", |(_, name)| name);
        rows.push(StepRow { index, axis: axis.to_owned(), facts: facts(model, step, &before, reached) });
    }
    rows
}

fn facts(model: &Model, step: &Step, before: &[String], reached: Option<u8>) -> String {
    let mut facts = vec![format!("Effort {}", text::effort(step.effort)), format!("gain {}", text::number(step.gain))];
    if !before.is_empty() {
        facts.push(format!("after step {}", before.join(", ")));
    }
    if let Some(level) = reached {
        facts.push(format!("this step reaches stage {}", text::level_name(model, level)));
    }
    facts.join(" · ")
}

/// The first place to begin at.
#[must_use]
pub fn begin_at(step: &Step) -> Option<String> {
    step.begin.first().map(|(repository, place)| text::place(repository, &place.path, place.line))
}

#[cfg(test)]
mod tests {
    use super::{
        super::fixtures::{answered, model},
        *,
    };
    use crate::{assess::EvidencePlace, plan::plan};

    fn roadmap() -> Roadmap {
        plan(&model(), &answered(&[]), &[("delivery".to_owned(), 2), ("security".to_owned(), 0)].into())
    }

    #[test]
    fn a_step_tells_what_it_takes_and_what_it_gives() {
        let rows = step_rows(&model(), &roadmap(), None);
        assert_eq!(
            rows.iter().map(|r| (r.index, r.axis.as_str())).collect::<Vec<_>>(),
            [(0, "Delivery"), (1, "Delivery")]
        );
        assert!(rows[0].facts.starts_with("Effort M: weeks · gain "), "{}", rows[0].facts);
        assert!(rows[0].facts.ends_with(" · this step reaches stage 1 Core"), "{}", rows[0].facts);
        assert!(rows[1].facts.contains(" · after step 1 · this step reaches stage 2 More"), "{}", rows[1].facts);
    }

    #[test]
    fn a_stage_is_reached_once() {
        let mut roadmap = roadmap();
        roadmap.steps[1].level_after = Some(1);
        let reached = |stage| {
            let rows = step_rows(&model(), &roadmap, stage);
            rows.iter().map(|r| r.facts.contains("reaches stage")).collect::<Vec<_>>()
        };
        assert_eq!(reached(None), [true, false]);
        assert_eq!(reached(Some(1)), [false, false]);
    }

    #[test]
    fn a_practice_that_the_model_lacks_keeps_its_number() {
        let mut roadmap = roadmap();
        roadmap.steps[0].practice = "gone".into();
        roadmap.steps[1].after = vec!["gone".into()];
        let rows = step_rows(&model(), &roadmap, None);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].index, 1);
        assert!(rows[0].facts.contains("after step 1"));
    }

    #[test]
    fn one_begins_at_the_first_place() {
        let mut step = roadmap().steps.remove(0);
        assert_eq!(begin_at(&step), None);
        let place = |path: &str| {
            let place = EvidencePlace {
                path: path.into(),
                line: 3,
                excerpt: String::new(),
                templated: false,
                credential: None,
            };
            ("web".to_owned(), place)
        };
        step.begin = vec![place("a.yaml"), place("b.yaml")];
        assert_eq!(begin_at(&step).unwrap(), "web / a.yaml : 3");
    }
}
