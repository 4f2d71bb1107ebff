//! What a person is told when answers go over to another model, or to another text of their model.

use super::text::count;
use crate::{
    assess::{Assessment, Carried, ModelRef},
    model::{Model, difference},
};

/// Practices named in one line.
const MAX_NAMES: usize = 12;
/// Practices named where there are more than that.
const NAMES_OF_MANY: usize = 10;

/// What changed in a model for answers given before. `before` is none where its text is no longer at hand.
#[must_use]
pub fn version_lines(before: Option<&Model>, now: &Model, carried: &Carried) -> Vec<String> {
    let mut lines = match before {
        Some(before) => difference_lines(before, now),
        None => {
            vec!["The text from before is not on this computer, so what changed in it cannot be listed.".to_owned()]
        }
    };
    if !carried.absent.is_empty() {
        lines.push(format!(
            "{} to practices that this model does not have: kept, and not counted.",
            count(carried.absent.len(), "answer", "answers")
        ));
    }
    lines
}

fn difference_lines(before: &Model, now: &Model) -> Vec<String> {
    let found = difference(before, now);
    if found.is_empty() {
        return vec!["No practice was added, taken away, moved or reworded.".to_owned()];
    }
    let title = |id: &String| now.practice(id).map_or_else(|| id.clone(), |p| p.title.clone());
    let moved = found.moved.iter().map(|(id, from, to)| format!("{}, level {from} to {to}", title(id))).collect();
    [
        ("New", found.added.into_iter().map(|(_, title)| title).collect()),
        ("Gone, answers kept", found.gone.into_iter().map(|(_, title)| title).collect()),
        ("At another level", moved),
        ("Reworded, so look at your answer again", found.reworded.iter().map(title).collect()),
    ]
    .into_iter()
    .filter_map(|(what, names)| names_line(what, names))
    .collect()
}

fn names_line(what: &str, mut names: Vec<String>) -> Option<String> {
    let all = names.len();
    if all > MAX_NAMES {
        names.truncate(NAMES_OF_MANY);
        names.push(format!("and {} more", all - NAMES_OF_MANY));
    }
    (all > 0).then(|| format!("{what} ({all}): {}.", names.join("; ")))
}

/// What became of the answers of an assessment that is measured with another model now.
#[must_use]
pub fn other_model_lines(old: &Assessment, carried: &Carried) -> Vec<String> {
    let mut lines = vec![format!(
        "{} taken over from other models, because both ask the same.",
        count(carried.shared, "answer was", "answers were")
    )];
    if carried.kept > 0 {
        lines.push(format!("{} given to this model before.", count(carried.kept, "answer was", "answers were")));
    }
    lines.push(format!(
        "{} given to {} {} wait for its return; nothing is lost.",
        count(old.answers.len(), "answer", "answers"),
        old.model.id,
        old.model.version
    ));
    lines
}

/// The title over either of them after a change of the model; `model` is its name and version. None where no answer was
/// given to any model: then there is nothing to tell.
#[must_use]
pub fn measured_title(model: &str, old: &Assessment, carried: &Carried) -> Option<String> {
    let came = carried.kept + carried.shared;
    let is_empty = old.answers.is_empty() && old.scopes.iter().all(|s| s.answers.is_empty());
    (came > 0 || !is_empty)
        .then(|| format!("Measured with {model} now. {} along.", count(came, "answer came", "answers came")))
}

/// The title where the text of the model is another than the one that an assessment was made with.
#[must_use]
pub fn other_text_title(assessment: &Assessment, model: &Model, carried: &Carried) -> String {
    format!(
        "“{}” was made with another text of {} {}. Every answer is kept, {} under it now; scores can differ.",
        assessment.name,
        model.name,
        assessment.model.version,
        count(carried.kept, "stands", "stand")
    )
}

/// Whether an assessment was made with another text of this very model, so that its answers have to be carried over.
#[must_use]
pub fn is_other_text(made_with: &ModelRef, model: &Model, digest: &str) -> bool {
    let same_text = made_with.version == model.version && made_with.digest == digest;
    !same_text && made_with.id == model.id && !made_with.digest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures, *};

    fn carried(kept: usize, shared: usize, absent: &[&str]) -> Carried {
        Carried { kept, shared, absent: absent.iter().map(|&id| id.to_owned()).collect() }
    }

    #[test]
    fn each_change_has_its_line() {
        let before = fixtures::model();
        let mut now = before.clone();
        now.practices[0].level = 1;
        now.practices[1].statement = "It is otherwise.".into();
        now.practices[2].id = "test".into();
        now.practices[2].title = "The test".into();
        let lines = version_lines(Some(&before), &now, &carried(0, 0, &["scan"]));
        assert_eq!(
            lines,
            [
                "New (1): The test.",
                "Gone, answers kept (1): The scan.",
                "At another level (1): The prune, level 2 to 1.",
                "Reworded, so look at your answer again (1): The sync.",
                "1 answer to practices that this model does not have: kept, and not counted.",
            ]
        );
    }

    #[test]
    fn no_change_is_said_and_so_is_a_missing_text() {
        let model = fixtures::model();
        let none = carried(0, 0, &[]);
        assert_eq!(
            version_lines(Some(&model), &model, &none),
            ["No practice was added, taken away, moved or reworded."]
        );
        assert!(version_lines(None, &model, &none)[0].starts_with("The text from before is not on this computer"));
    }

    #[test]
    fn long_lists_are_cut() {
        let names = |n: usize| (1..=n).map(|i| i.to_string()).collect();
        assert_eq!(names_line("New", names(0)), None);
        assert_eq!(names_line("New", names(12)).unwrap(), "New (12): 1; 2; 3; 4; 5; 6; 7; 8; 9; 10; 11; 12.");
        assert_eq!(names_line("New", names(13)).unwrap(), "New (13): 1; 2; 3; 4; 5; 6; 7; 8; 9; 10; and 3 more.");
    }

    #[test]
    fn another_model_says_what_became_of_each_answer() {
        let mut old = Assessment { name: "Us".into(), ..Assessment::default() };
        old.model = ModelRef { id: "small".into(), version: "1.0".into(), digest: "d".into() };
        old.answers.insert("sync".into(), Default::default());
        assert_eq!(
            other_model_lines(&old, &carried(2, 1, &[])),
            [
                "1 answer was taken over from other models, because both ask the same.",
                "2 answers were given to this model before.",
                "1 answer given to small 1.0 wait for its return; nothing is lost.",
            ]
        );
        assert_eq!(other_model_lines(&old, &carried(0, 0, &[])).len(), 2);
        let title = |old: &Assessment, carried| measured_title("Small 1.0", old, &carried);
        assert_eq!(title(&old, carried(2, 1, &[])).unwrap(), "Measured with Small 1.0 now. 3 answers came along.");
        assert_eq!(title(&old, carried(0, 0, &[])).unwrap(), "Measured with Small 1.0 now. 0 answers came along.");
        assert_eq!(title(&Assessment::default(), carried(0, 0, &[])), None, "no answer, nothing to tell");
        let title = other_text_title(&old, &fixtures::model(), &carried(1, 0, &[]));
        assert!(
            title.starts_with("“Us” was made with another text of Small 1.0. Every answer is kept, 1 stands under")
        );
    }

    #[test]
    fn only_another_text_of_the_same_model_is_carried_over() {
        let model = fixtures::model();
        let made = |id: &str, version: &str, digest: &str| {
            let made = ModelRef { id: id.into(), version: version.into(), digest: digest.into() };
            is_other_text(&made, &model, "now")
        };
        assert!(!made("small", "1.0", "now"));
        assert!(made("small", "1.0", "before"));
        assert!(made("small", "0.9", "now"));
        assert!(!made("other", "1.0", "before"));
        assert!(!made("small", "1.0", ""), "nobody knows which text it was");
    }
}
