//! The stages that a careful reader gave real repositories, from a whole scan.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use cairn::score::Reason;

/// `(archives, stage, reason)`.
const EXPECTED: &[(&[&str], Option<u8>, Reason)] = &[
    (
        &["controlplaneio-fluxcd__d2-apps", "controlplaneio-fluxcd__d2-fleet", "controlplaneio-fluxcd__d2-infra"],
        Some(2),
        Reason::Reached,
    ),
    (&["operate-first__apps"], Some(1), Reason::Reached),
    (&["onedr0p__home-ops"], Some(1), Reason::Reached),
    (&["kostis-codefresh__gitops-environment-promotion"], Some(0), Reason::Reached),
    (&["telekom__das-schiff"], None, Reason::NoEvidence),
    (&["argoproj__argo-cd"], None, Reason::NotApplicable),
    (&["expressjs__express"], None, Reason::NotApplicable),
];

#[test]
fn real_exports_reach_the_stage_that_a_reader_gave_them() {
    let Some(folder) = common::exports() else { return };
    let rules = common::rules();
    let model = common::model("gitops/1.0.yaml");
    let mut wrong = Vec::new();
    for (archives, level, reason) in EXPECTED {
        let paths: Vec<_> = archives.iter().map(|a| folder.join(format!("{a}.tar.gz"))).collect();
        let facts = common::scan_archives(&rules, &paths);
        let (findings, card) = common::judge(&model, &facts);
        println!(
            "{}: {:?} {:?} ({} of {} known)",
            archives[0], card.overall.level, card.overall.reason, card.known, card.applicable
        );
        for r in &findings.repositories {
            println!("   {} {:?} {} files", r.name, r.role, r.files);
        }
        for gate in &card.overall.gates {
            for c in &gate.conditions {
                println!("   gate {} {} {} {:?}", gate.level, if c.open { "open" } else { "shut" }, c.title, c.tests);
            }
        }
        if (card.overall.level, card.overall.reason) != (*level, *reason) {
            wrong.push(format!("{}: {:?} {:?}", archives[0], card.overall.level, card.overall.reason));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
