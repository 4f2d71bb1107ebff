use serde_json::json as object;

use super::*;
use crate::{
    assess::{Applies, Detected, EvidenceItem, EvidenceKind, EvidencePlace, Finding, Findings, Source, State},
    model::Model,
    plan::plan,
    score::score,
};

fn model() -> Model {
    let practice = |id: &str, title: &str, level: u8, requires: &[&str]| {
        object!({
            "id": id, "dimension": "delivery", "level": level, "title": title, "statement": "It is so. Always.",
            "question": "Is it so?", "rubric": {"met": "", "partly": "", "not-met": ""},
            "benefit": {"developers": "", "operations": "Fewer nights. Fewer calls.", "business": ""},
            "steps": ["# First, write <b>it</b> | down", "2. Then do it"], "effort": "M", "requires": requires,
            "references": [],
        })
    };
    serde_json::from_value(object!({
        "schema": "cairn-model/1", "id": "gitops", "version": "1.0", "name": "GitOps | <script>", "short": "GitOps",
        "summary": "", "source": {"title": "", "url": "", "licence": "", "attribution": ""}, "disclaimer": "",
        "levels": [
            {"number": 0, "name": "Prerequisites", "summary": "", "scored": false},
            {"number": 1, "name": "Core", "summary": ""},
        ],
        "dimensions": [{"id": "delivery", "name": "Delivery", "summary": ""}],
        "overall": {"applies": [], "not-roles": [], "gates": [{"level": 1, "conditions": [
            {"title": "an agent syncs", "any": [{"practice": "auto-sync", "above": 0.0}]},
        ]}]},
        "practices": [
            practice("auto-sync", "Agents sync `alone`", 1, &[]),
            practice("prune", "[Prune](javascript:x)", 1, &["auto-sync"]),
        ],
    }))
    .unwrap()
}

fn findings() -> Findings {
    let item = |kind: EvidenceKind, path: &str| EvidenceItem {
        repository: "web".into(),
        rule: "argocd.application".into(),
        kind,
        count: 1,
        names: Vec::new(),
        places: vec![EvidencePlace {
            path: path.into(),
            line: 7,
            excerpt: "kind: Application".into(),
            templated: false,
            credential: None,
        }],
    };
    let prune = Finding {
        practice: "prune".into(),
        state: State::Partly,
        value: Some(0.995),
        source: Source::Detected,
        detected: Some(Detected { value: 0.995, ratio: Some((199, 200)) }),
        evidence: vec![
            item(EvidenceKind::Gap, "apps/`odd`|.yaml"),
            item(EvidenceKind::For, "apps/web.yaml"),
            item(EvidenceKind::Of, "x"),
        ]
        .into(),
        arithmetic: "199 of 200 applications".into(),
        ..Finding::default()
    };
    let sync = Finding { practice: "auto-sync".into(), ..Finding::default() };
    Findings { practices: vec![sync, prune], applies: Applies::Yes, repositories: Vec::new(), ..Findings::default() }
}

#[test]
fn checklist_names_a_path_to_begin_at() {
    let (model, findings) = (model(), findings());
    let roadmap = plan(&model, &findings, &[("delivery".to_owned(), 1)].into());
    let out = checklist(&model, &findings, &roadmap);
    assert!(out.contains("- [ ] **Agents sync \\`alone\\`** — Fewer nights.\n"), "{out}");
    assert!(out.contains("Begin at ``web/apps/`odd`|.yaml:7``"), "{out}");
    assert!(out.contains("Ask first: Is it so?"), "{out}");
    assert!(out.contains("From here on: level 1, Core"), "{out}");
    assert!(out.contains("After: Agents sync"), "{out}");
    assert!(out.contains("  - \\# First, write &lt;b&gt;it&lt;/b&gt; \\| down\n  - 2\\. Then do it"), "{out}");
}

#[test]
fn json_has_its_shape() {
    let (model, findings) = (model(), findings());
    let out = json(&model, &findings, &score(&model, &findings));
    let keys: Vec<&String> = out.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["dimensions", "model", "overall", "practices", "repositories"]);
    assert_eq!(out["overall"]["level"], 0);
    assert_eq!(out["overall"]["reason"], "reached");
    assert_eq!(out["practices"][0]["state"], "unknown");
    assert_eq!(out["practices"][0]["source"], "none");
    let evidence = out["practices"][1]["evidence"].as_array().unwrap();
    assert_eq!(evidence.len(), 1, "gaps and denominators are not evidence");
    assert_eq!(evidence[0]["path"], "apps/web.yaml");
    assert_eq!(evidence[0]["line"], 7);
    assert_eq!(out["dimensions"][0]["status"], "reached");
}

#[test]
fn table_is_aligned_and_never_rounds_to_all() {
    let (model, findings) = (model(), findings());
    let out = table(&model, &findings, &score(&model, &findings));
    assert!(out.contains("auto-sync      1  ? unknown      -  not known yet\n"), "{out}");
    assert!(out.contains("prune          1  ◐ partly    99 %  found in files\n"), "{out}");
    assert!(out.contains("level 1 lacks: an agent syncs"), "{out}");
}

#[test]
fn markdown_has_no_html() {
    let (model, findings) = (model(), findings());
    let card = score(&model, &findings);
    let out = markdown(&model, &findings, &card, &plan(&model, &findings, &Default::default()));
    assert!(!out.contains('<'), "{out}");
    assert!(out.contains("# GitOps \\| &lt;script&gt;"), "{out}");
    assert!(out.contains("\\[Prune\\](javascript:x)"), "{out}");
}

#[test]
fn badge_is_an_endpoint() {
    let (model, findings) = (model(), findings());
    let out = badge(&model, &score(&model, &findings));
    assert_eq!(
        out,
        object!({
            "schemaVersion": 1, "label": "GitOps", "message": "0 Prerequisites", "color": "lightgrey",
        })
    );
}
