//! Models: what one is in a line, how they stand to each other, and where a problem in a text is.

use super::text;
use crate::{
    model::{Axes, Model, ModelRelation, ModelSource, RelationKind, SharedPractices},
    yaml::Problem,
};

/// Name and version; the version is left out where the name says it already.
#[must_use]
pub fn title(name: &str, version: &str) -> String {
    let number = version.split('-').next().unwrap_or(version);
    let named = number.contains('.') && name.split(' ').any(|word| word == number);
    if named { name.to_owned() } else { format!("{name} {version}") }
}

/// Size, source and licence of a model.
#[must_use]
pub fn facts_words(model: &Model) -> String {
    let content = model.content.as_ref().map(|c| format!(" · content {}", c.version)).unwrap_or_default();
    let topics = match model.axes {
        Axes::Topics => format!(" with {}", text::count(model.axes_list().len(), "topic", "topics")),
        Axes::Dimensions => String::new(),
    };
    format!(
        "{} in {}{topics}, {}{content} · source: {}, {}",
        text::count(model.practices.len(), "practice", "practices"),
        text::count(model.dimensions.len(), "dimension", "dimensions"),
        text::count(model.levels.len(), "level", "levels"),
        model.source.title,
        model.source.licence
    )
}

/// Attribution and licence, to be set after the title of a source.
#[must_use]
pub fn source_words(source: &ModelSource) -> String {
    format!(". {}. Licence: {}.", source.attribution.trim_end_matches('.'), source.licence.trim_end_matches('.'))
}

/// Whether an address may become a link: only the web, never a script.
#[must_use]
pub fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// How widely a group of practices is found.
#[must_use]
pub fn breadth_words(breadth: Option<(usize, usize)>) -> String {
    breadth.map_or_else(
        || "no file says".to_owned(),
        |(wide, of)| format!("{wide} of {}", text::count(of, "repository", "repositories")),
    )
}

/// How the models stand to each other, as a drawing in two rows. All entries are model ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RelationChart {
    /// The models that are built on others.
    pub built: Vec<String>,
    /// The models they stand on, each with the models that are part of it.
    pub ground: Vec<(String, Vec<String>)>,
}

/// The drawing of the relations between models.
#[must_use]
pub fn relation_chart(shared: &SharedPractices) -> RelationChart {
    let ids = |kind: RelationKind, of: fn(&ModelRelation) -> &String| {
        let mut list: Vec<String> = Vec::new();
        for relation in shared.relations.iter().filter(|r| r.kind == kind) {
            if !list.contains(of(relation)) {
                list.push(of(relation).clone());
            }
        }
        list
    };
    let parts = ids(RelationKind::PartOf, |r| &r.from);
    let parts_of = |id: &String| {
        let inside = shared.relations.iter().filter(|r| r.kind == RelationKind::PartOf && r.to == *id);
        inside.map(|r| r.from.clone()).collect()
    };
    let ground = ids(RelationKind::GroundFor, |r| &r.from).into_iter().filter(|id| !parts.contains(id));
    RelationChart {
        built: ids(RelationKind::GroundFor, |r| &r.to),
        ground: ground.map(|id| (id.clone(), parts_of(&id))).collect(),
    }
}

/// How many practices both models of a relation ask.
#[must_use]
pub fn shared_words(shared: &SharedPractices, relation: &ModelRelation) -> String {
    let asks_both =
        |p: &&crate::model::SharedPractice| p.same.contains_key(&relation.from) && p.same.contains_key(&relation.to);
    let both = shared.practices.iter().filter(asks_both).count();
    format!(" {} asked in both.", text::count(both, "practice is", "practices are"))
}

/// The line of a problem in a text, from 1. Where the checker has none, that of the practice or field it names.
#[must_use]
pub fn problem_line(problem: &Problem, text: &str) -> u32 {
    if problem.line > 0 {
        return problem.line;
    }
    let id = problem.field.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(id, _)| id);
    let word = id.unwrap_or_else(|| problem.field.split(['.', '[', ' ']).next().unwrap_or_default());
    let begins = |line: &str| {
        let line = line.trim_start_matches([' ', '-', '{']);
        let line = line.strip_prefix("id:").unwrap_or(line).trim_start_matches([' ', '"']);
        line.strip_prefix(word)
            .is_some_and(|rest| rest.trim_start_matches('"').is_empty() || rest.starts_with([':', ',', '"']))
    };
    let at = text.lines().position(begins).or_else(|| text.lines().position(|l| !word.is_empty() && l.contains(word)));
    at.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(1)
}

/// A problem with the field it is in.
#[must_use]
pub fn problem_words(problem: &Problem) -> String {
    let field = if problem.field.is_empty() { String::new() } else { format!("{}: ", problem.field) };
    field + &problem.message
}

/// The text of a model of the site as a copy that a person may change: with an id and a name of its own.
#[must_use]
pub fn copy_text(text: &str, id: &str, name: &str) -> String {
    let line = |line: &str| {
        if line.starts_with("id:") {
            format!("id: {id}-own")
        } else if line.starts_with("name:") {
            format!("name: \"{}, our copy\"", unquoted(name))
        } else {
            line.to_owned()
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

/// Id of an overlay of a model.
#[must_use]
pub fn overlay_id(base: &str) -> String {
    format!("{base}-ours")
}

/// The beginning of an overlay of a model.
#[must_use]
pub fn overlay_text(id: &str, version: &str, name: &str) -> String {
    format!(
        "schema: cairn-overlay/1
id: {}
version: \"1\"
name: \"{}, our way\"
# The model that is changed. Its file stays as it is.
base:
  id: {id}
  version: \"{version}\"
# Practices that are left out, each with the reason:
#   some-practice: Nobody here runs more than one cluster.
ignore: {{}}
# Fields that say something else:
#   some-practice:
#     weight: 2
change: {{}}
# Practices of your own, written as in a model file:
add: []
",
        overlay_id(id),
        unquoted(name)
    )
}

/// A name that can stand between the quotes of a YAML text.
fn unquoted(name: &str) -> String {
    name.replace(['"', '\\'], "")
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures, *};
    use crate::model::{SharedPractice, load_overlay};

    #[test]
    fn a_title_says_the_version_once() {
        assert_eq!(title("GitOps", "1.0"), "GitOps 1.0");
        assert_eq!(title("Cloud native 4.0", "4.0-beta"), "Cloud native 4.0");
        assert_eq!(title("Model 4", "4"), "Model 4 4", "a plain number may be part of the name");
    }

    #[test]
    fn facts_of_a_model_fit_a_line() {
        let words = facts_words(&fixtures::model());
        assert_eq!(words, "4 practices in 2 dimensions, 3 levels · source: A book, CC0");
        let topics = Model { axes: Axes::Topics, ..fixtures::model() };
        assert!(facts_words(&topics).contains(" with "), "{}", facts_words(&topics));
        assert_eq!(source_words(&fixtures::model().source), ". Somebody. Licence: CC0.");
    }

    #[test]
    fn only_the_web_is_linked() {
        assert!(is_web_address("https://example.org") && is_web_address("http://example.org"));
        assert!(!is_web_address("javascript:alert(1)") && !is_web_address("//example.org"));
    }

    #[test]
    fn breadth_is_told_where_files_say() {
        assert_eq!(breadth_words(None), "no file says");
        assert_eq!(breadth_words(Some((1, 1))), "1 of 1 repository");
        assert_eq!(breadth_words(Some((2, 5))), "2 of 5 repositories");
    }

    fn shared() -> SharedPractices {
        let relation =
            |from: &str, kind, to: &str| ModelRelation { from: from.into(), kind, to: to.into(), text: String::new() };
        let same = |models: &[&str]| SharedPractice {
            id: String::new(),
            title: String::new(),
            same: models.iter().map(|&m| (m.to_owned(), String::new())).collect(),
        };
        SharedPractices {
            relations: vec![
                relation("gitops", RelationKind::PartOf, "cncf"),
                relation("gitops", RelationKind::GroundFor, "platform"),
                relation("cncf", RelationKind::GroundFor, "platform"),
            ],
            practices: vec![
                same(&["gitops", "cncf"]),
                same(&["gitops", "platform"]),
                same(&["gitops", "cncf", "platform"]),
            ],
            ..SharedPractices::default()
        }
    }

    #[test]
    fn parts_stand_inside_the_ground() {
        let chart = relation_chart(&shared());
        assert_eq!(chart.built, ["platform"]);
        assert_eq!(chart.ground, [("cncf".to_owned(), vec!["gitops".to_owned()])]);
        let shared = shared();
        assert_eq!(shared_words(&shared, &shared.relations[0]), " 2 practices are asked in both.");
        assert_eq!(shared_words(&shared, &shared.relations[2]), " 1 practice is asked in both.");
    }

    #[test]
    fn a_problem_without_a_line_is_found_by_its_name() {
        let text = "schema: cairn-model/1\nlevels:\n  - number: 1\npractices:\n  - id: auto-sync\n    level: 7\n";
        let line = |line, field: &str| {
            let problem = Problem { file: String::new(), line, field: field.into(), message: String::new() };
            problem_line(&problem, text)
        };
        assert_eq!(line(3, "practices"), 3);
        assert_eq!(line(0, "practices[0] (auto-sync).level"), 5);
        assert_eq!(line(0, "levels[0].number"), 2);
        assert_eq!(line(0, "number"), 3);
        assert_eq!(line(0, "nowhere"), 1);
    }

    #[test]
    fn a_copy_has_an_id_and_a_name_of_its_own() {
        let copy = copy_text("schema: x\nid: gitops\nname: GitOps\nlevels:\n  id: stays", "gitops", "The \"GitOps\"");
        assert_eq!(copy, "schema: x\nid: gitops-own\nname: \"The GitOps, our copy\"\nlevels:\n  id: stays\n");
    }

    #[test]
    fn a_new_overlay_can_be_loaded() {
        let overlay = load_overlay(&overlay_text("gitops", "1.0", "The \"GitOps\""), "new").unwrap();
        assert_eq!((overlay.id.as_str(), overlay.name.as_str()), ("gitops-ours", "The GitOps, our way"));
        assert_eq!((overlay.base.id.as_str(), overlay.base.version.as_str()), ("gitops", "1.0"));
    }
}
