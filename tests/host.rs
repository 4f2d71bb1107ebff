//! What a host says and what other tools found become evidence: with a place, for the right repository, and without secrets.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
mod common;

use std::{fmt::Write as _, io::Cursor};

use cairn::{
    archive::{self, Limits},
    facts::{Facts, RepositoryFacts},
    rules::RuleSet,
    scan::{Feed, Scanner},
};

const SHOP: (&str, &str, &str) =
    ("acme/shop", "deploy/app.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
const FLEET: (&str, &str, &str) = ("acme/fleet", "README.md", "# Fleet\n");

/// Facts of repositories with files beside them.
fn facts(rules: &RuleSet, files: &[(&str, &str, &str)], beside: &[(&str, &str)]) -> Facts {
    let mut scanner = Scanner::new(rules);
    common::give(&mut scanner, files);
    for (name, text) in beside {
        scanner.import(name, text.as_bytes());
    }
    scanner.finish()
}

fn of<'f>(facts: &'f Facts, name: &str) -> &'f RepositoryFacts {
    facts.repositories.iter().find(|r| r.name == name).unwrap()
}

/// Ids of what was imported, with counts.
fn ids(repository: &RepositoryFacts) -> Vec<String> {
    let families = ["host.", "scorecard.", "sarif.", "clomonitor."];
    let found = repository.matches.iter().filter(|(id, _)| families.iter().any(|f| id.starts_with(f)));
    found.filter(|(_, m)| m.count > 0).map(|(id, _)| id.clone()).collect()
}

/// What a match shows: path, line and excerpt of its first place.
fn shown(repository: &RepositoryFacts, id: &str) -> String {
    let place = &repository.matches[id].places[0];
    format!("{}:{}: {}", repository.path(place), place.line, place.excerpt)
}

fn host(members: &str) -> String {
    format!(r#"{{"schema":"cairn-host/1","repositories":[{{"name":"acme/shop","taken":"2026-11-20"{members}}}]}}"#)
}

#[test]
fn host_metadata_is_evidence_with_a_line() {
    let rules = common::rules();
    let text = host(
        r#","host":"github","default-branch":"main",
        "protection":[{"protected":true},
          {"protected":true,"required-reviews":2,"required-checks":["unit-tests"],"force-pushes":false},
          {"protected":true,"pull-request":true,"required-reviews":1,"code-owner-review":true,"required-checks":["lint"],"force-pushes":true,"signed-commits":true,"administrators":true}],
        "environments":[{"name":"production","reviewers":1,"wait-minutes":0,"branches":"some"},{"name":"test","reviewers":0}],
        "security":{"leak-scanning":true,"push-protection":false},
        "reviews":{"requests":50,"reviewed":45,"median-hours-to-first-review":3.5,"median-hours-to-merge":20},
        "runs":{"runs":100,"successes":93},"releases":{"count":4,"days":90},
        "deployments":[{"environment":"production","count":30,"days":30},{"environment":"test","count":90,"days":30}]"#,
    );
    let facts = facts(&rules, &[SHOP, FLEET], &[("cairn-host.json", &text)]);
    assert!(facts.problems.is_empty(), "{:?}", facts.problems);
    let shop = of(&facts, "acme/shop");
    assert_eq!(
        ids(shop),
        [
            "host.binds-administrators",
            "host.ci-green",
            "host.ci-green-nine",
            "host.code-owner-review",
            "host.deploy-frequency",
            "host.deployments",
            "host.environment-branches",
            "host.environment-gate",
            "host.leak-scanning",
            "host.merge-time-day",
            "host.metadata",
            "host.no-force-push",
            "host.protected-branch",
            "host.pull-request",
            "host.releases",
            "host.required-checks",
            "host.required-reviews",
            "host.required-tests",
            "host.review-time-day",
            "host.reviewed-requests",
            "host.signed-commits",
            "host.strict-branch",
            "host.two-reviews",
        ]
    );
    assert_eq!(shown(shop, "host.required-reviews"), ".cairn/host.json:8: \"required-reviews\": 2,");
    assert_eq!(shop.matches["host.environment-gate"].names.keys().collect::<Vec<_>>(), ["production"]);
    assert_eq!(shop.host["protection.required-reviews"], "2");
    assert_eq!(shop.host["environments.production.reviewers"], "1");
    assert_eq!(shop.host["runs.success-share"], "0.93");
    assert_eq!(shop.files, 1, "the virtual file is no file of the repository");
    assert!(ids(of(&facts, "acme/fleet")).is_empty(), "the other repository has nothing from it");
}

#[test]
fn what_is_not_there_is_unknown_and_what_is_off_is_off() {
    let rules = common::rules();
    let bare = facts(&rules, &[SHOP], &[("cairn-host.json", &host(""))]);
    assert_eq!(ids(of(&bare, "acme/shop")), ["host.metadata"]);
    let nulls = host(
        r#","protection":null,"runs":{"runs":0,"successes":0},"reviews":{"requests":0,"median-hours-to-first-review":null}"#,
    );
    assert_eq!(ids(of(&facts(&rules, &[SHOP], &[("x.json", &nulls)]), "acme/shop")), ["host.metadata"]);
    let open = host(
        r#","protection":[{"protected":false},{}],"runs":{"runs":50,"successes":10},"environments":[{"name":"production","reviewers":0}]"#,
    );
    let open = facts(&rules, &[SHOP], &[("x.json", &open)]);
    assert_eq!(ids(of(&open, "acme/shop")), ["host.ci-red", "host.metadata", "host.unprotected-branch"]);
    assert_eq!(of(&open, "acme/shop").host["protection.required-reviews"], "0");
    // Few runs and few reviews prove nothing.
    let few = host(
        r#","runs":{"runs":3,"successes":3},"reviews":{"requests":4,"reviewed":4,"median-hours-to-first-review":1,"median-hours-to-merge":2}"#,
    );
    assert_eq!(ids(of(&facts(&rules, &[SHOP], &[("x.json", &few)]), "acme/shop")), ["host.metadata"]);
}

#[test]
fn no_secret_and_no_address_gets_through() {
    let rules = common::rules();
    let secret = "ghp_s3cretS3cretS3cretS3cretS3cret12";
    let url = format!("https://robot:{secret}@git.example.com/acme/shop.git");
    let mut host_text = host(&format!(
        r#","default-branch":"{url}","token":"{secret}","clone":"{url}","protection":{{"protected":true,"required-checks":["{url}","build {secret}"],"runner-token":"{secret}"}}"#
    ));
    host_text = host_text.replace("\"acme/shop\"", &format!("\"{url}\""));
    let scorecard = format!(
        r#"{{"date":"{secret}","repo":{{"name":"{url}"}},"checks":[{{"name":"Code-Review","score":10,"reason":"{url}"}}]}}"#
    );
    let sarif = format!(
        r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"gitleaks","rules":[{{"id":"{url}"}}]}}}},
        "versionControlProvenance":[{{"repositoryUri":"{url}"}}],
        "results":[{{"ruleId":"{url}","message":{{"text":"{secret}"}}}},{{"ruleId":"x","message":{{"text":"{url}"}}}}]}}]}}"#
    );
    let clomonitor = format!(
        r#"{{"url":"{url}","report":{{"security":{{"sbom":{{"passed":false,"exempt":true,"exemption_reason":"see {url} and {secret}","failed":false}}}}}}}}"#
    );
    let facts = facts(
        &rules,
        &[
            SHOP,
            ("acme/shop", "report.sarif", &sarif),
            ("acme/shop", ".clomonitor.yml", &format!("exemptions:\n  - check: sbom\n    reason: \"{url}\"\n")),
        ],
        &[
            ("cairn-host.json", &host_text),
            ("scorecard.json", &scorecard),
            ("g.sarif", &sarif),
            ("c.json", &clomonitor),
            ("bad.json", &format!("{{\"a\":\"{url}\"}}")),
        ],
    );
    let shop = of(&facts, "acme/shop");
    assert!(ids(shop).len() >= 5, "the reports were read: {:?}", ids(shop));
    let json = serde_json::to_string(&facts).unwrap();
    for gone in [secret, "robot", "git.example.com"] {
        assert!(!json.contains(gone), "{gone} stands in {json}");
    }
}

#[test]
fn scorecard_scores_count_and_no_data_does_not() {
    let rules = common::rules();
    let text = r#"{"date":"2026-11-01","repo":{"name":"github.com/Acme/shop","commit":"x"},"scorecard":{"version":"v5"},"score":6.1,"checks":[
      {"name":"Branch-Protection","score":-1,"reason":"no rights","details":null},
      {"name":"Code-Review","score":9,"reason":"ok"},{"name":"CI-Tests","score":3,"reason":"few"},
      {"name":"Dependency-Update-Tool","score":10,"reason":"\ud83d\ude00 Renovate"},{"name":"Token-Permissions","score":10},
      {"name":"Signed-Releases","score":8}]}"#;
    let facts = facts(&rules, &[SHOP, FLEET], &[("result.json", text)]);
    let shop = of(&facts, "acme/shop");
    assert_eq!(
        ids(shop),
        ["scorecard.code-review", "scorecard.signed-releases", "scorecard.token-permissions", "scorecard.update-tool"]
    );
    assert_eq!(
        shown(shop, "scorecard.code-review"),
        ".cairn/scorecard.json:4: {\"score\":9,\"check\":\"Code-Review\"},"
    );
    // Several results, one a line, as an organization's run writes them.
    let two = format!("{}\n{}\n", text.replace('\n', " "), text.replace('\n', " ").replace("Acme/shop", "acme/fleet"));
    let facts = self::facts(&rules, &[SHOP, FLEET], &[("all.json", &two)]);
    assert_eq!(ids(of(&facts, "acme/fleet")), ids(of(&facts, "acme/shop")));
}

fn sarif(tool: &str, rules: &str, results: &str) -> String {
    format!(
        r#"{{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"{tool}","rules":[{rules}]}}}},"results":{results}}}]}}"#
    )
}

#[test]
fn sarif_kinds_and_empty_logs() {
    let rules = common::rules();
    let found = |text: &str| ids(of(&facts(&rules, &[SHOP], &[("acme__shop.sarif", text)]), "acme/shop"));
    // Rules are listed and nothing was found: a pass.
    assert_eq!(
        found(&sarif("gitleaks", r#"{"id":"aws"}"#, "[]")),
        ["sarif.any", "sarif.leak-clean", "sarif.leak-scan"]
    );
    // Nothing is listed: nobody knows what was looked for.
    assert!(found(&sarif("gitleaks", "", "[]")).is_empty());
    // No result list: the run did not look.
    assert!(found(&sarif("gitleaks", r#"{"id":"aws"}"#, "null")).is_empty());
    // Without a kind a result is a failure.
    assert_eq!(
        found(&sarif("Checkov", r#"{"id":"CKV_1"}"#, r#"[{"ruleId":"CKV_1"}]"#)),
        ["sarif.any", "sarif.config-scan", "sarif.failed-rule"]
    );
    assert_eq!(
        found(&sarif(
            "Checkov",
            "",
            r#"[{"ruleId":"CKV_1","kind":"pass"},{"ruleId":"CKV_2","kind":"notApplicable"},{"ruleId":"CKV_3","kind":"informational"}]"#
        )),
        ["sarif.any", "sarif.config-clean", "sarif.config-scan"]
    );
    // Open or to be reviewed is neither a pass nor a failure.
    assert_eq!(
        found(&sarif("Checkov", "", r#"[{"ruleId":"CKV_1","kind":"open"},{"ruleId":"CKV_2","kind":"pass"}]"#)),
        ["sarif.any", "sarif.config-scan"]
    );
    assert_eq!(
        found(&sarif("Checkov", "", r#"[{"ruleId":"CKV_1","kind":"review"}]"#)),
        ["sarif.any", "sarif.config-scan"]
    );
    // Suppressed with a reason, or gone since: not to mend.
    assert_eq!(
        found(&sarif(
            "gitleaks",
            r#"{"id":"aws"}"#,
            r#"[{"ruleIndex":0,"suppressions":[{"kind":"external","status":"accepted"}]},{"ruleId":"b","baselineState":"absent"}]"#
        )),
        ["sarif.any", "sarif.leak-clean", "sarif.leak-scan"]
    );
    assert_eq!(
        found(&sarif(
            "gitleaks",
            r#"{"id":"aws"}"#,
            r#"[{"ruleIndex":0,"suppressions":[{"kind":"external","status":"rejected"}]}]"#
        )),
        ["sarif.any", "sarif.failed-rule", "sarif.leak-scan"]
    );
    // A scan that broke says nothing.
    let broken = sarif("gitleaks", r#"{"id":"aws"}"#, "[]")
        .replace("\"results\"", r#""invocations":[{"executionSuccessful":false}],"results""#);
    assert!(found(&broken).is_empty());
    let facts = facts(
        &rules,
        &[SHOP],
        &[
            ("acme__shop.sarif", &sarif("Trivy", "", r#"[{"ruleId":"CVE-1"}]"#)),
            ("x.sarif", &sarif("CodeQL", r#"{"id":"a"}"#, "[]")),
        ],
    );
    let shop = of(&facts, "acme/shop");
    assert_eq!(ids(shop), ["sarif.any", "sarif.code-scan", "sarif.failed-rule", "sarif.image-scan"]);
    assert_eq!(shop.matches["sarif.any"].count, 2, "two tools, two logs");
    assert!(shown(shop, "sarif.image-scan").starts_with(".cairn/sarif/trivy.json:2: {\"outcome\":\"fail\""));
}

#[test]
fn clomonitor_reports_and_exemptions() {
    let rules = common::rules();
    let text = r#"{"report":{"documentation":{"roadmap":{"passed":true,"exempt":false,"failed":false},"adopters":null},
      "security":{"sbom":{"passed":false,"exempt":false,"failed":false},
        "code_review":{"passed":false,"exempt":false,"failed":true,"fail_reason":"no data"},
        "signed_releases":{"passed":false,"exempt":true,"exemption_reason":"We publish no binaries","failed":false}}},"score":{"global":80}}"#;
    let facts = facts(&rules, &[SHOP], &[("acme__shop.clomonitor.json", text)]);
    let shop = of(&facts, "acme/shop");
    assert_eq!(ids(shop), ["clomonitor.exempt", "clomonitor.fail", "clomonitor.roadmap"]);
    assert_eq!(
        shop.matches["clomonitor.fail"].names.keys().collect::<Vec<_>>(),
        ["sbom"],
        "a check that broke did not fail"
    );
    assert!(shown(shop, "clomonitor.exempt").contains("We publish no binaries"));
    // In the repository: in use it counts, below a folder of examples it does not; without a reason it is none.
    let yaml =
        "exemptions:\n  - check: sbom\n    reason: No artifacts are published\n  - check: adopters\n    reason: \"\"\n";
    let facts = self::facts(
        &rules,
        &[("acme/shop", ".clomonitor.yml", yaml), ("acme/shop", "examples/clomonitor.json", text)],
        &[],
    );
    let shop = of(&facts, "acme/shop");
    assert_eq!(ids(shop), ["clomonitor.exempt"]);
    assert_eq!(shop.matches["clomonitor.exempt"].names.keys().collect::<Vec<_>>(), ["sbom"]);
    assert_eq!(
        shown(shop, "clomonitor.exempt"),
        ".clomonitor.yml:0: {\"exempt\":\"sbom\",\"reason\":\"No artifacts are published\"}"
    );
    assert!(!shop.matches["clomonitor.roadmap"].left_out.is_empty(), "what does not count is listed");
}

#[test]
fn a_committed_report_counts_for_whom_it_names() {
    let rules = common::rules();
    let text = r#"{"repo":{"name":"github.com/acme/shop"},"checks":[{"name":"Code-Review","score":10}]}"#;
    let facts = facts(
        &rules,
        &[SHOP, ("acme/fleet", "reports/scorecard.json", text), ("acme/fleet", "testdata/shop-scorecard.json", text)],
        &[],
    );
    assert_eq!(ids(of(&facts, "acme/shop")), ["scorecard.code-review"]);
    assert!(ids(of(&facts, "acme/fleet")).is_empty());
    let own = self::facts(&rules, &[("acme/shop", "reports/scorecard.json", text)], &[]);
    assert_eq!(
        shown(of(&own, "acme/shop"), "scorecard.code-review"),
        "reports/scorecard.json:0: {\"score\":10,\"check\":\"Code-Review\"}"
    );
    let fixture = self::facts(&rules, &[SHOP, ("acme/fleet", "testdata/scorecard.json", text)], &[]);
    assert!(ids(of(&fixture, "acme/shop")).is_empty(), "a test's fixture is no evidence about anybody");
}

#[test]
fn names_find_their_repository() {
    let rules = common::rules();
    let file = |name: &str| format!(r#"{{"schema":"cairn-host/1","repositories":[{{"name":"{name}"}}]}}"#);
    let given = |repositories: &[&str], name: &str| -> Vec<String> {
        let files: Vec<_> = repositories.iter().map(|r| (*r, "README.md", "# x")).collect();
        let facts = facts(&rules, &files, &[("cairn-host.json", &file(name))]);
        facts.repositories.iter().filter(|r| !ids(r).is_empty()).map(|r| r.name.clone()).collect()
    };
    assert_eq!(given(&["acme/shop", "other/shop"], "acme/shop"), ["acme/shop"]);
    assert_eq!(given(&["shop", "fleet"], "https://github.com/acme/shop.git"), ["shop"]);
    assert_eq!(given(&["acme/shop"], "git@github.com:ACME/Shop.git"), ["acme/shop"]);
    assert_eq!(given(&["group/sub__name"], "group/sub/name"), ["group/sub__name"]);
    assert!(given(&["a/shop", "b/shop"], "shop").is_empty(), "two could be meant");
    assert!(given(&["acme/bookshop"], "shop").is_empty());
    assert!(given(&["acme/shop"], "acme/fleet").is_empty());
}

#[test]
fn merging_equals_scanning_together() {
    let rules = common::rules();
    let text = host(r#","protection":{"protected":true,"required-reviews":1}"#);
    let scorecard = r#"{"repo":{"name":"github.com/acme/shop"},"checks":[{"name":"Code-Review","score":10}]}"#;
    let together = facts(&rules, &[SHOP, FLEET], &[("cairn-host.json", &text), ("s.json", scorecard)]);
    let parts = || {
        [
            facts(&rules, &[SHOP], &[]),
            facts(&rules, &[FLEET], &[]),
            facts(&rules, &[], &[("cairn-host.json", &text)]),
            facts(&rules, &[], &[("s.json", scorecard)]),
        ]
    };
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let mut all = Facts::default();
        let mut parts: Vec<Option<Facts>> = parts().into_iter().map(Some).collect();
        for i in order {
            all.merge(parts[i].take().unwrap());
        }
        assert_eq!(all, together, "{order:?}");
    }
    // Merging again changes nothing, and a newer report takes the place of the older one.
    let mut all = together.clone();
    all.merge(facts(&rules, &[], &[("cairn-host.json", &text)]));
    assert_eq!(all, together);
    all.merge(facts(&rules, &[], &[("cairn-host.json", &host(r#","protection":{"protected":false}"#))]));
    assert_eq!(ids(of(&all, "acme/shop")), ["host.metadata", "host.unprotected-branch", "scorecard.code-review"]);
    // A repository scanned anew keeps what was said of it.
    all.merge(facts(&rules, &[SHOP], &[]));
    assert_eq!(ids(of(&all, "acme/shop")), ["host.metadata", "host.unprotected-branch", "scorecard.code-review"]);
    let back: Facts = serde_json::from_str(&serde_json::to_string(&all).unwrap()).unwrap();
    assert_eq!(back, all);
}

#[test]
fn messages_say_why_a_report_cannot_be_used() {
    let rules = common::rules();
    let why = |name: &str, text: &str| {
        let facts = facts(&rules, &[SHOP, FLEET], &[(name, text)]);
        facts.problems.iter().fold(String::new(), |mut all, p| {
            let _ = write!(all, "{}: {}", p.path, p.why);
            all
        })
    };
    assert!(why("a.json", "{\"x\":1}").contains("it has no schema that is known here"));
    assert!(why("a.json", "{\"x\":").contains("cannot be read as JSON"));
    assert!(why("a.json", "").contains("empty"));
    assert!(
        why("a.json", r#"{"schema":"cairn-host/9","repositories":[]}"#).contains("expected the schema cairn-host/1")
    );
    assert!(why("a.json", r#"{"schema":"cairn-host/1","repositories":[]}"#).contains("without any repository"));
    assert!(why("a.sarif", r#"{"version":"1.0.0","runs":[]}"#).contains("SARIF of version \"1.0.0\""));
    assert!(why("a.sarif", &sarif("gitleaks", "", "[]")).contains("does not say which repository"));
    let other =
        r#"{"schema":"cairn-host/1","repositories":[{"name":"a/1"},{"name":"a/2"},{"name":"a/3"},{"name":"a/4"}]}"#;
    assert!(why("a.json", other).contains("\"a/1\", \"a/2\", \"a/3\" and 1 more, and no repository of that name"));
    assert!(why("a.json", &"[".repeat(100_000)).contains("cannot be read"));
}

#[test]
fn reports_may_lie_in_or_beside_an_archive() {
    let rules = common::rules();
    let text = host(r#","protection":{"protected":true}"#);
    let mut tar = tar::Builder::new(Vec::new());
    for (path, content) in
        [("acme__shop/README.md", "# a"), ("acme__fleet/README.md", "# b"), ("cairn-host.json", &text)]
    {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, content.as_bytes()).unwrap();
    }
    let archive = tar.into_inner().unwrap();
    let read = |inputs: &[(&str, &[u8])]| {
        let mut scanner = Scanner::new(&rules);
        let mut go_on = |_: &cairn::util::progress::Progress| true;
        let mut feed = Feed::new(&mut scanner, 0, &mut go_on);
        for (name, bytes) in inputs {
            archive::read_stream(name, &mut Cursor::new(bytes), &Limits::default(), &mut feed).unwrap();
        }
        scanner.finish()
    };
    let inside = read(&[("all.tar", &archive)]);
    assert_eq!(inside.repositories.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["acme/fleet", "acme/shop"]);
    assert_eq!(ids(of(&inside, "acme/shop")), ["host.metadata", "host.protected-branch"]);
    let beside = read(&[("cairn-host.json", text.as_bytes()), ("all.tar", &archive)]);
    assert_eq!(ids(of(&beside, "acme/shop")), ["host.metadata", "host.protected-branch"]);
}

#[test]
fn exemptions_become_proposals_and_evidence_moves_findings() {
    let rules = common::rules();
    let yaml =
        "exemptions:\n  - check: sbom\n    reason: No artifacts are published\n  - check: website\n    reason: None\n";
    let text = host(
        r#","protection":[{"protected":true,"required-reviews":1,"force-pushes":false,"administrators":true}],"reviews":{"requests":50,"reviewed":45,"median-hours-to-first-review":80}"#,
    );
    let facts = facts(&rules, &[SHOP, ("acme/shop", ".clomonitor.yml", yaml)], &[("cairn-host.json", &text)]);
    let cncf = common::model("cncf/4.0-beta.yaml");
    let proposed = cairn::assess::proposals(&cncf, &facts);
    assert_eq!(proposed.len(), 1, "{proposed:?}");
    assert_eq!(
        (proposed[0].practice.as_str(), proposed[0].reason.as_str()),
        ("sec-sbom", "No artifacts are published")
    );
    let value = |facts: &Facts, practice: &str| {
        let (findings, _) = common::judge(&common::model("gitops/1.0.yaml"), facts);
        findings.practices.iter().find(|f| f.practice == practice).unwrap().value
    };
    assert_eq!(value(&facts, "protected-branch"), Some(1.0));
    assert_eq!(value(&facts, "responsive-review"), Some(0.0), "the host was asked, and reviews are slow");
    let unknown = self::facts(&rules, &[SHOP], &[("cairn-host.json", &host(""))]);
    assert_eq!(value(&unknown, "protected-branch"), None);
    assert_eq!(value(&unknown, "responsive-review"), None);
    let open = self::facts(&rules, &[SHOP], &[("cairn-host.json", &host(r#","protection":{"protected":false}"#))]);
    assert_eq!(value(&open, "protected-branch"), Some(0.0));
}

#[test]
fn reports_are_told_from_loose_files() {
    use cairn::{protocol::is_loose, scan::looks_like_a_report};
    assert!(!is_loose("cairn-export/cairn-host.json") && !is_loose("cairn-export/acme__shop.tar.gz"));
    assert!(is_loose("shop/deploy/cairn-host.json") && is_loose("shop/package.json"));
    assert!(looks_like_a_report(&host("")) && looks_like_a_report(&sarif("x", "", "[]")));
    assert!(looks_like_a_report("exemptions:\n  - check: sbom\n    reason: none\n"));
    for own in [
        "{\"schema\":\"cairn-facts/1\",\"x\":\"cairn-host/1 repositories\"}",
        "schema: cairn-model/1\n",
        "{\"name\":\"x\"}",
    ] {
        assert!(!looks_like_a_report(own), "{own}");
    }
}
