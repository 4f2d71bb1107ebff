//! The data files that come with Cairn are whole.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

#[test]
fn rules_load_and_their_count_is_printed() {
    let rules = common::rules();
    println!("{} rules", rules.all().len());
    assert!(rules.all().len() >= 150);
    for rule in rules.all() {
        assert!(rule.proves.len() > 10 && rule.not.len() > 3, "{} says what it proves and what not", rule.id);
    }
}

#[test]
fn models_load_and_name_only_rules_that_exist() {
    let rules = common::rules();
    for path in ["gitops/1.0.yaml", "cncf/4.0-beta.yaml"] {
        let model = common::model(path);
        assert_eq!(rules.missing_for(&model), Vec::<String>::new(), "{path}");
        let with_rules = model.practices.iter().filter(|p| p.evidence.is_some()).count();
        println!("{path}: {} practices, {with_rules} with evidence rules", model.practices.len());
        for (axis, list) in model.by_axis() {
            let row: Vec<String> = model
                .levels
                .iter()
                .map(|l| format!("{}: {}", l.number, list.iter().filter(|p| p.level == l.number).count()))
                .collect();
            println!("  {axis:20} {}", row.join("  "));
        }
        assert!(model.practices.len() >= 45);
    }
    assert!(common::model("gitops/1.0.yaml").practices.iter().all(|p| !p.principles.is_empty()));
}
