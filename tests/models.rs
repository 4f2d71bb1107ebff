//! Every built-in model is whole; its cells are printed with their practices and evidence rules.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use cairn::model::{
    Axes, Model, Practice, PracticeFile, apply, load, load_overlay, load_shared, load_with, read_catalogue, written_out,
};

const MODELS: [&str; 4] = ["gitops/1.0.yaml", "cncf/4.0-beta.yaml", "cncf/3.0.yaml", "platform/1.0.yaml"];

/// Digest of the ids of each, practices sorted and axes in order.
const IDS: [&str; 4] = ["710708a9535e62d2", "621a67d682315957", "ce94719c76fcfd7c", "d3f5acc337a85c4a"];

/// All texts of a practice that people read.
fn texts(practice: &Practice) -> Vec<&str> {
    let mut texts = vec![
        practice.title.as_str(),
        &practice.statement,
        &practice.question,
        &practice.rubric.met,
        &practice.rubric.partly,
        &practice.rubric.not_met,
        &practice.benefit.developers,
        &practice.benefit.operations,
        &practice.benefit.business,
    ];
    texts.extend(practice.steps.iter().map(String::as_str));
    texts
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '-'))
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[test]
fn each_file_of_the_index_and_each_model_here_is_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/models");
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(&root).unwrap().flatten().filter(|e| e.path().is_dir() && e.file_name() != "practices") {
        for file in fs::read_dir(folder.path()).unwrap().flatten() {
            let name = format!("{}/{}", folder.file_name().to_string_lossy(), file.file_name().to_string_lossy());
            found.insert(name);
        }
    }
    assert_eq!(found, MODELS.iter().map(|m| (*m).to_owned()).collect());
    let index = fs::read_to_string(root.join("index.yaml")).unwrap();
    for file in MODELS {
        let (id, version) = file.trim_end_matches(".yaml").split_once('/').unwrap();
        let model = common::model(file);
        assert_eq!((model.id.as_str(), model.version.as_str()), (id, version), "{file} says its own id and version");
        assert!(index.contains(&format!("id: {id}")) && index.contains(version), "index.yaml lists {file}");
    }
}

#[test]
fn cells_are_filled_or_declared_empty() {
    for file in MODELS {
        let model = common::model(file);
        let (mut filled, mut empty) = (0, 0);
        println!("{} {}: practices (with evidence rules) by level", model.id, model.version);
        for (axis, name) in model.axes_list() {
            let mut row = format!("  {name:26}");
            for level in &model.levels {
                let list: Vec<&Practice> =
                    model.practices.iter().filter(|p| model.axis_of(p) == axis && p.level == level.number).collect();
                let with = list.iter().filter(|p| p.evidence.is_some()).count();
                let declared = model.empty.iter().any(|e| e.axis == axis && e.level == level.number);
                if list.is_empty() {
                    assert!(
                        declared || !level.scored,
                        "{file}: {name} at level {} is empty and not declared so",
                        level.number
                    );
                    empty += 1;
                } else {
                    assert!(!declared, "{file}: {name} at level {} is declared empty and is not", level.number);
                    filled += 1;
                }
                row.push_str(&format!("  {}: {:2} ({:2})", level.number, list.len(), with));
            }
            println!("{row}");
        }
        let with = model.practices.iter().filter(|p| p.evidence.is_some()).count();
        println!(
            "  {filled} cells filled, {empty} empty; {} practices, {with} with evidence rules",
            model.practices.len()
        );
        match file {
            "cncf/4.0-beta.yaml" => {
                assert_eq!(
                    (model.axes_list().len(), filled, empty),
                    (23, 114, 1),
                    "23 sub-topics; People/AI has no level 5"
                );
                assert!(model.practices.len() >= 230, "{} practices", model.practices.len());
                assert!(model.empty.iter().all(|e| !e.why.is_empty()));
            }
            "cncf/3.0.yaml" => assert_eq!(model.axes_list().len(), 19),
            "platform/1.0.yaml" => {
                assert_eq!((model.axes_list().len(), filled), (5, 20));
                for (axis, _) in model.axes_list() {
                    for level in &model.levels {
                        let count =
                            model.practices.iter().filter(|p| p.dimension == axis && p.level == level.number).count();
                        assert!(count >= 2, "{axis} at level {} has {count} practices", level.number);
                    }
                }
            }
            _ => {}
        }
    }
}

#[test]
fn most_of_technology_process_and_policy_can_be_seen_in_files() {
    let model = common::model("cncf/4.0-beta.yaml");
    let of: Vec<&Practice> = model
        .practices
        .iter()
        .filter(|p| matches!(p.dimension.as_str(), "technology" | "process" | "policy"))
        .collect();
    let with = of.iter().filter(|p| p.evidence.is_some()).count();
    println!("{with} of {} practices of Technology, Process and Policy have an evidence rule", of.len());
    assert!(with * 100 >= of.len() * 60);
}

#[test]
fn each_practice_can_be_read_and_answered() {
    for file in MODELS {
        let model = common::model(file);
        let mut problems = Vec::new();
        for practice in &model.practices {
            let mut wrong = |what: String| problems.push(format!("{file} {}: {what}", practice.id));
            for text in texts(practice) {
                let lower = text.to_lowercase();
                if text.trim().len() < 8 {
                    wrong(format!("\"{text}\" says nothing"));
                }
                for word in ["todo", "tbd", "lorem ipsum", "coming soon", "fixme", "placeholder text"] {
                    if words(&lower).join(" ").split(' ').collect::<Vec<_>>().windows(2).any(|w| w.join(" ") == word)
                        || words(&lower).iter().any(|w| w == word)
                    {
                        wrong(format!("\"{text}\" is not written yet"));
                    }
                }
                if text.contains("  ") || text.contains('\n') {
                    wrong(format!("\"{text}\" has space to spare"));
                }
            }
            if !practice.question.ends_with('?') {
                wrong("the question asks nothing".into());
            }
            let lines = [&practice.rubric.met, &practice.rubric.partly, &practice.rubric.not_met];
            if lines.iter().collect::<BTreeSet<_>>().len() < 3 {
                wrong("two lines of the rubric are the same".into());
            }
            // A line that names something observable is longer than a mood: "We are good at this."
            for line in lines {
                if words(line).len() < 4 {
                    wrong(format!("the rubric line \"{line}\" names nothing that can be looked at"));
                }
            }
            if practice.asks.is_empty() {
                wrong("nobody is said to know the answer".into());
            }
            if !(2..=4).contains(&practice.steps.len()) {
                wrong(format!("{} first steps", practice.steps.len()));
            }
            if practice.references.is_empty() {
                wrong("no reference".into());
            }
            for reference in &practice.references {
                if reference.title.trim().len() < 4 || !reference.url.starts_with("https://") {
                    wrong(format!(
                        "the reference \"{}\" {} lacks a title or an address",
                        reference.title, reference.url
                    ));
                }
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        let content = model.content.as_ref().unwrap_or_else(|| panic!("{file} has no content version"));
        assert!(
            [&content.major, &content.minor, &content.patch].iter().all(|t| t.len() > 10),
            "{file}: parts have a meaning"
        );
        assert!(model.disclaimer.to_lowercase().contains("not affiliated"), "{file}");
        assert!(!model.source.licence.is_empty() && !model.source.attribution.is_empty(), "{file}");
    }
}

#[test]
fn no_two_practices_share_eight_words() {
    for file in MODELS {
        let model = common::model(file);
        let mut seen: BTreeMap<Vec<String>, &str> = BTreeMap::new();
        let mut problems = BTreeSet::new();
        for practice in &model.practices {
            let rubric = &practice.rubric;
            for text in [&practice.statement, &rubric.met, &rubric.partly, &rubric.not_met] {
                for eight in words(text).windows(8) {
                    if let Some(other) = seen.insert(eight.to_vec(), &practice.id)
                        && other != practice.id
                    {
                        problems.insert(format!("{file}: {other} and {} share \"{}\"", practice.id, eight.join(" ")));
                    }
                }
            }
        }
        assert!(problems.is_empty(), "{}", problems.into_iter().collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn rules_exist_and_shared_practices_too() {
    let rules = common::rules();
    let mut models: BTreeMap<String, Vec<Model>> = BTreeMap::new();
    for file in MODELS {
        let model = common::model(file);
        assert_eq!(rules.missing_for(&model), Vec::<String>::new(), "{file}");
        assert!(!model.axes_list().is_empty() && matches!(model.axes, Axes::Dimensions | Axes::Topics));
        models.entry(model.id.clone()).or_default().push(model);
    }
    let name = "public/models/shared.yaml";
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    // As the build writes it.
    let shared =
        load_shared(&format!("{text}practices:\n{}", shared_entries()), name).unwrap_or_else(|e| panic!("{e}"));
    let mut ids = BTreeSet::new();
    for entry in &shared.practices {
        assert!(ids.insert(&entry.id), "{} stands twice", entry.id);
        assert!(entry.same.len() >= 2, "{} is in one model only", entry.id);
        let mut texts: Vec<(&str, &str, &Option<cairn::model::Evidence>)> = Vec::new();
        for (model, practice) in &entry.same {
            let known: Vec<&Practice> = models[model].iter().filter_map(|m| m.practice(practice)).collect();
            assert!(!known.is_empty(), "{}: {model} has no practice {practice}", entry.id);
            texts.extend(known.iter().map(|p| (p.statement.as_str(), p.rubric.met.as_str(), &p.evidence)));
        }
        assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "{} says the same in each model", entry.id);
    }
    println!("{} practices are shared by several models", shared.practices.len());
    assert!(shared.practices.len() >= 12);
    for relation in &shared.relations {
        assert!(models.contains_key(&relation.from) && models.contains_key(&relation.to) && relation.text.len() > 20);
    }
    let related: BTreeSet<(&str, &str)> = shared.relations.iter().map(|r| (r.from.as_str(), r.to.as_str())).collect();
    for pair in [("gitops", "cncf"), ("gitops", "platform"), ("cncf", "platform")] {
        assert!(related.contains(&pair) || related.contains(&(pair.1, pair.0)), "{pair:?} is explained");
    }
}

/// What the models share, from the practices that they use.
fn shared_entries() -> String {
    let catalogue = common::catalogue();
    let catalogue = read_catalogue(&catalogue).unwrap_or_else(|faults| panic!("{faults:?}"));
    let texts = MODELS.map(|file| (file, fs::read_to_string(common::public().join("models").join(file)).unwrap()));
    let written = texts.each_ref().map(|(file, text)| {
        let written = catalogue.write_out(text, file).unwrap_or_else(|faults| panic!("{faults:?}"));
        (file.split('/').next().unwrap(), written.used)
    });
    catalogue.shared_entries(&written.each_ref().map(|(model, used)| (*model, used.as_slice())))
}

#[test]
fn each_definition_is_whole_and_used() {
    let used: BTreeSet<String> = MODELS
        .iter()
        .flat_map(|file| {
            let text = fs::read_to_string(common::public().join("models").join(file)).unwrap();
            let ids = text.lines().filter_map(|line| line.trim().strip_prefix("- { use: "));
            ids.map(|rest| rest.split([',', ' ']).next().unwrap().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let mut defined = BTreeSet::new();
    for (name, text) in common::catalogue() {
        let file = PracticeFile::read(&text, &name).unwrap_or_else(|e| panic!("{e}"));
        defined.extend(file.practices.into_iter().map(|definition| definition.id));
    }
    assert_eq!(used, defined, "a definition that no model uses is asked of nobody");
}

/// A practice that several models use is known in each by the id under which answers to it were stored before.
#[test]
fn shared_practices_keep_the_ids_by_which_models_are_asked() {
    let cncf = common::model("cncf/4.0-beta.yaml");
    for id in ["rel-agent", "sec-drift", "run-tags", "sec-secret-manager", "arc-golden-path", "team-self-service"] {
        assert!(cncf.practice(id).is_some(), "{id}");
    }
    let gitops = common::model("gitops/1.0.yaml");
    let (here, there) = (gitops.practice("auto-sync").unwrap(), cncf.practice("rel-agent").unwrap());
    assert_eq!((&here.rubric, &here.evidence, &here.steps), (&there.rubric, &there.evidence, &there.steps));
    assert_ne!((&here.dimension, here.level), (&there.dimension, there.level));
    assert_eq!(there.requires, ["rel-versioned"], "prerequisites have the ids of the model");
}

const OWN: &str = "\
schema: cairn-model/1
id: ours
version: '1'
name: Ours
short: Ours
summary: What we ask of each other.
source: { title: Ours, url: '', licence: '', attribution: '' }
disclaimer: Ours alone.
levels:
  - { number: 1, name: One, summary: '' }
dimensions:
  - { id: d, name: D, summary: '' }
practices:
  - { use: auto-sync, dimension: d, level: 1 }
  - { use: pull-agent, as: agent, dimension: d, level: 1, weight: 3 }
  - id: self-heal
    dimension: d
    level: 1
    title: Something else
    statement: An id of our own means what we say here.
    question: Is it?
    rubric: { met: Yes, partly: Half, not-met: No }
    benefit: { developers: a, operations: b, business: c }
    steps: []
    effort: S
    requires: [auto-sync]
    references: []
";

#[test]
fn a_model_of_ones_own_uses_the_catalogue_and_an_overlay_changes_it_for_one() {
    let catalogue = common::catalogue();
    let ours = load_with(OWN, "ours.yaml", &catalogue).unwrap_or_else(|e| panic!("{e}"));
    let gitops = common::model("gitops/1.0.yaml");
    let (here, there) = (ours.practice("auto-sync").unwrap(), gitops.practice("auto-sync").unwrap());
    assert_eq!((&here.statement, &here.evidence), (&there.statement, &there.evidence));
    assert_eq!(here.requires, ["agent"], "under the id of this model, and without what it does not ask");
    assert_eq!((ours.practice("agent").unwrap().weight, ours.coverage), (3.0, 0.5));
    assert_eq!(ours.practice("self-heal").unwrap().title, "Something else");
    // Written out it needs no catalogue, and is the same.
    let complete = written_out(OWN, "ours.yaml", &catalogue).unwrap();
    assert_eq!(load(&complete, "ours.yaml").unwrap_or_else(|e| panic!("{e}")), ours);
    assert_eq!(written_out(&complete, "ours.yaml", &[]).unwrap(), complete);

    let overlay = "\
schema: cairn-overlay/1
id: ours-too
version: '1'
name: Ours too
base: { id: ours, version: '1' }
coverage: 0.8
change:
  auto-sync: { statement: Ours alone says this. }
add:
  - { use: prune-drift, dimension: d, level: 1 }
";
    let overlay = written_out(overlay, "o.yaml", &catalogue).unwrap();
    let overlay = load_overlay(&overlay, "o.yaml").unwrap_or_else(|e| panic!("{e}"));
    let changed = apply(&ours, &overlay, "o.yaml").unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(changed.practice("auto-sync").unwrap().statement, "Ours alone says this.");
    assert_eq!((changed.practices.len(), changed.coverage), (4, 0.8));
    let again = load_with(OWN, "ours.yaml", &catalogue).unwrap();
    assert_eq!(again.practice("auto-sync").unwrap().statement, there.statement);
}

/// Links of version 2 tell practices by position, and open only with the ids that they were made with.
#[test]
fn the_ids_of_published_versions_stay() {
    for (file, ids) in MODELS.into_iter().zip(IDS) {
        let model = common::model(file);
        let mut practices: Vec<&str> = model.practices.iter().map(|p| p.id.as_str()).collect();
        practices.sort_unstable();
        let axes: Vec<&str> = model.axes_list().into_iter().map(|(id, _)| id).collect();
        let found = cairn::model::digest(&format!("{}\n\n{}", practices.join("\n"), axes.join("\n")));
        assert_eq!(found, ids, "{file}: a practice that a published version asks for keeps its id (`as`)");
    }
}

#[test]
fn answers_to_version_3_go_on_to_version_4() {
    let (old, new) = (common::model("cncf/3.0.yaml"), common::model("cncf/4.0-beta.yaml"));
    let both = old.practices.iter().filter(|p| new.practice(&p.id).is_some()).count();
    println!("{both} of {} practices of 3.0 are in 4.0 beta", old.practices.len());
    assert!(both * 2 > old.practices.len(), "most answers find their practice again");
    let difference = cairn::model::difference(&old, &new);
    assert_eq!(difference.gone.len(), old.practices.len() - both);
    assert_eq!(difference.added.len(), new.practices.len() - both);
}
