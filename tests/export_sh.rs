//! `public/export.sh` with real git and stand-ins for the tools of hosts: archives, metadata, going on after an interruption,
//! and no secret in what it writes.
#![cfg(all(unix, feature = "cli"))]
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
mod common;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use cairn::{facts::Facts, scan::Scanner};

const SECRET: &str = "ghp_s3cretS3cretS3cretS3cretS3cret12";

fn has(tool: &str) -> bool {
    let found =
        Command::new("sh").args(["-c", &format!("command -v {tool}")]).output().is_ok_and(|o| o.status.success());
    if !found {
        println!("skipped: {tool} is not on this machine");
    }
    found
}

/// A place with a repository in it, and stand-ins for tools.
struct Place {
    root: PathBuf,
}

impl Place {
    fn new(name: &str) -> Option<Self> {
        if !(has("sh") && has("git")) {
            return None;
        }
        let root = std::env::temp_dir().join(format!("cairn-export-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("bin")).unwrap();
        Some(Self { root })
    }

    fn git(&self, at: &str, args: &[&str]) {
        let done = Command::new("git").current_dir(self.root.join(at)).args(args).output().unwrap();
        assert!(done.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// A repository with one commit; `remote` is its origin, where there is one.
    fn repository(&self, at: &str, remote: &str) {
        fs::create_dir_all(self.root.join(at).join("deploy")).unwrap();
        fs::write(self.root.join(at).join("README.md"), "# Shop\n").unwrap();
        fs::write(self.root.join(at).join("deploy/app.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
            .unwrap();
        self.git(at, &["init", "--quiet", "--initial-branch=main"]);
        self.git(at, &["add", "."]);
        self.git(
            at,
            &[
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "-c",
                "commit.gpgsign=false",
                "commit",
                "--quiet",
                "-m",
                "one",
            ],
        );
        if !remote.is_empty() {
            self.git(at, &["remote", "add", "origin", remote]);
        }
    }

    /// A tool that writes its arguments to `calls` and then does what the script says.
    fn tool(&self, name: &str, script: &str) {
        let path = self.root.join("bin").join(name);
        let calls = self.root.join("calls");
        fs::write(&path, format!("#!/bin/sh\nprintf '%s\\n' \"{name} $*\" >>'{}'\n{script}", calls.display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, args: &[&str]) -> Output {
        let path = format!("{}:{}", self.root.join("bin").display(), std::env::var("PATH").unwrap());
        Command::new("sh")
            .arg(common::public().join("export.sh"))
            .args(args)
            .current_dir(&self.root)
            .env("PATH", path)
            .env("GITHUB_TOKEN", SECRET)
            .env("GH_TOKEN", SECRET)
            .env("GITLAB_TOKEN", SECRET)
            .output()
            .unwrap()
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.root.join("calls")).unwrap_or_default()
    }

    fn metadata(&self) -> String {
        fs::read_to_string(self.root.join("cairn-export/cairn-host.json")).unwrap()
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.root.join("cairn-export"))
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// What a scan of the export folder finds.
    fn facts(&self) -> Facts {
        let rules = common::rules();
        let assessment = cairn::assess::Assessment::default();
        let mut inputs = cairn::cli::Inputs::new(&rules, &assessment);
        inputs.add(&self.root.join("cairn-export"), &mut |_| {});
        assert_eq!(inputs.failed, 0, "{:?}", inputs.facts.problems);
        inputs.facts
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn good(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn holds(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|e| {
        let bytes = fs::read(e.unwrap().path()).unwrap();
        let mut plain = Vec::new();
        let _ = std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes.as_slice()), &mut plain);
        [bytes, plain].iter().any(|b| String::from_utf8_lossy(b).contains(text))
    })
}

#[test]
fn local_repositories_are_exported_without_any_host() {
    let Some(place) = Place::new("local") else { return };
    place.repository("shop", &format!("https://robot:{SECRET}@git.example.com/acme/shop.git"));
    place.repository("plain", "");
    place.repository("home", "/somewhere/private/depot.git");
    let output = place.run(&["--offline", "shop", "plain/", "home", "missing"]);
    assert!(!output.status.success(), "one of them is missing");
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("[4/4] missing") && said.contains("could not be exported") && said.contains("3 of 4"),
        "{said}"
    );
    assert_eq!(place.files(), ["acme__shop.tar.gz", "home.tar.gz", "plain.tar.gz"]);
    let out = place.root.join("cairn-export");
    for gone in [SECRET, "robot", "git.example.com", "/somewhere"] {
        assert!(!said.contains(gone) && !holds(&out, gone), "{gone}: {said}");
    }
    let facts = place.facts();
    let names: Vec<&str> = facts.repositories.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["acme/shop", "home", "plain"]);
    assert!(facts.repositories.iter().all(|r| r.files == 2 && r.commit.is_some() && r.date.is_some()));
}

#[test]
fn what_is_there_already_is_passed_over() {
    let Some(place) = Place::new("resume") else { return };
    place.repository("shop", "");
    place.repository("fleet", "");
    good(&place.run(&["shop"]));
    let archive = place.root.join("cairn-export/shop.tar.gz");
    fs::write(&archive, "kept").unwrap();
    // What an interruption leaves behind.
    fs::write(place.root.join("cairn-export/fleet.tar.gz.part"), "half").unwrap();
    let output = place.run(&["shop", "fleet"]);
    good(&output);
    assert!(String::from_utf8_lossy(&output.stderr).contains("shop: is there already"));
    assert_eq!(fs::read(&archive).unwrap(), b"kept");
    assert_eq!(place.files(), ["fleet.tar.gz", "shop.tar.gz"]);
    assert!(fs::read(place.root.join("cairn-export/fleet.tar.gz")).unwrap().starts_with(&[0x1f, 0x8b]));
}

/// Answers of GitHub, as its documentation shows them, cut down. What asks for more rights fails with the error in the body.
const GITHUB: &str = r##"
filter=.
for argument in "$@"; do [ "$previous" != --jq ] || filter=$argument; previous=$argument; done
answer() { printf '%s' "$1" | jq -rc "$filter"; }
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
case "$1 $2" in
  "repo list") answer '[{"nameWithOwner":"acme/shop"},{"nameWithOwner":"acme/gone"}]' ;;
  "repo clone") [ "$3" = acme/shop ] || { echo "fatal: https://x:$GH_TOKEN@github.com/acme/gone" >&2; exit 1; }
    git clone --quiet "$ORIGIN" "$4" ;;
  "api graphql") answer '{"data":{"repository":{"pullRequests":{"nodes":[
    {"createdAt":"2026-11-01T08:00:00Z","mergedAt":"2026-11-01T18:00:00Z","reviews":{"nodes":[{"submittedAt":"2026-11-01T11:30:00Z"}]}},
    {"createdAt":"2026-11-02T08:00:00Z","mergedAt":"2026-11-02T09:00:00Z","reviews":{"nodes":[]}}]}}}}' ;;
  "api repos/acme/shop") answer '{"default_branch":"main","temp_clone_token":"'"$GH_TOKEN"'","clone_url":"https://x:'"$GH_TOKEN"'@github.com/acme/shop",
    "security_and_analysis":{"secret_scanning":{"status":"enabled"},"secret_scanning_push_protection":{"status":"disabled"}}}' ;;
  "api repos/acme/shop/branches/main") answer '{"protected":true,"commit":{"author":"someone"}}' ;;
  "api repos/acme/shop/rules/branches/main") answer '[{"type":"pull_request","parameters":{"required_approving_review_count":1,"require_code_owner_review":true}},
    {"type":"non_fast_forward"},{"type":"required_status_checks","parameters":{"required_status_checks":[{"context":"unit tests"}]}}]' ;;
  "api repos/acme/shop/environments") answer '{"environments":[{"name":"production","deployment_branch_policy":{"protected_branches":true},
    "protection_rules":[{"type":"required_reviewers","reviewers":[{"reviewer":{"login":"someone"}}]},{"type":"wait_timer","wait_timer":15}]}]}' ;;
  "api repos/acme/shop/actions/runs"*) answer '{"workflow_runs":[{"conclusion":"success"},{"conclusion":"success"},{"conclusion":"failure"},{"conclusion":"cancelled"},{"conclusion":null}]}' ;;
  "api repos/acme/shop/releases"*) answer '[{"draft":false,"published_at":"'"$now"'"},{"draft":true,"published_at":null},{"draft":false,"published_at":"2020-01-01T00:00:00Z"}]' ;;
  "api repos/acme/shop/deployments"*) answer '[{"environment":"production","created_at":"'"$now"'"},{"environment":"production","created_at":"2020-01-01T00:00:00Z"}]' ;;
  *) echo '{"message":"Not Found","token":"'"$GH_TOKEN"'"}'; echo "gh: Not Found (HTTP 404) $GH_TOKEN" >&2; exit 1 ;;
esac
"##;

#[test]
fn an_organization_of_github_comes_with_its_settings() {
    let Some(place) = Place::new("github") else { return };
    if !has("jq") {
        return;
    }
    place.repository("origin", "");
    let origin = place.root.join("origin").display().to_string();
    place.tool("gh", &GITHUB.replace("$ORIGIN", &origin));
    let output = place.run(&["--github", "acme"]);
    assert!(!output.status.success(), "one repository may not be read");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("[1/2] acme/shop") && said.contains("[2/2] acme/gone") && said.contains("1 of 2"), "{said}");
    assert_eq!(place.files(), ["acme__shop.tar.gz", "cairn-host.json"]);
    let text = place.metadata();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let shop = &json["repositories"][0];
    assert_eq!(shop["name"], "acme/shop");
    assert_eq!(shop["reviews"]["median-hours-to-first-review"], 3.5);
    assert_eq!(shop["runs"], serde_json::json!({"runs": 3, "successes": 2}));
    assert_eq!(shop["releases"]["count"], 1);
    assert_eq!(shop["deployments"], serde_json::json!([{"environment": "production", "days": 30, "count": 1}]));
    assert_eq!(shop["environments"][0]["reviewers"], 1);
    assert_eq!(shop["environments"][0]["wait-minutes"], 15);
    assert_eq!(shop["security"], serde_json::json!({"leak-scanning": true, "push-protection": false}));
    for gone in [SECRET, "someone", "github.com"] {
        assert!(!said.contains(gone) && !holds(&place.root.join("cairn-export"), gone), "{gone}: {text}");
    }
    let facts = place.facts();
    assert!(facts.problems.is_empty(), "{:?}", facts.problems);
    let matches = &facts.repositories[0].matches;
    for rule in [
        "host.required-reviews",
        "host.code-owner-review",
        "host.required-tests",
        "host.no-force-push",
        "host.environment-gate",
        "host.leak-scanning",
    ] {
        assert!(matches.contains_key(rule), "{rule}: {text}");
    }
    assert!(!matches.contains_key("host.signed-commits") && !matches.contains_key("host.binds-administrators"));

    // Again: nothing is asked twice, and what is known stays.
    fs::remove_file(place.root.join("calls")).unwrap();
    place.run(&["--github", "acme"]);
    assert_eq!(place.metadata(), text);
    assert_eq!(place.calls().lines().filter(|l| l.starts_with("gh api")).count(), 0, "{}", place.calls());

    // The archive stays, and its metadata is fetched anew when that is gone.
    fs::remove_file(place.root.join("cairn-export/cairn-host.json")).unwrap();
    place.run(&["--github", "acme"]);
    assert_eq!(place.metadata(), text);

    // A clone of it on this computer gets the metadata too, unless nobody may be asked.
    place.git("origin", &["remote", "add", "origin", &format!("https://robot:{SECRET}@github.com/acme/shop.git")]);
    good(&place.run(&["-o", "other", "origin"]));
    assert!(fs::read_to_string(place.root.join("other/cairn-host.json")).unwrap().contains("\"name\":\"acme/shop\""));
    good(&place.run(&["-o", "third", "--offline", "origin"]));
    assert!(!place.root.join("third/cairn-host.json").exists());
    assert!(!holds(&place.root.join("other"), SECRET) && !holds(&place.root.join("third"), SECRET));
}

const GITLAB: &str = r##"
case "$1 $2 $3" in
  "api --paginate groups/acme%2Fteam/projects"*) echo '[{"path_with_namespace":"acme/team/shop","runners_token":"'"$GITLAB_TOKEN"'"}]' ;;
  "repo clone acme/team/shop") git clone --quiet "$ORIGIN" "$4" ;;
  "api projects/acme%2Fteam%2Fshop ") echo '{"default_branch":"main","runners_token":"'"$GITLAB_TOKEN"'","only_allow_merge_if_pipeline_succeeds":true}' ;;
  *"/protected_branches/main "*) echo '{"name":"main","push_access_levels":[{"access_level":0}],"allow_force_push":false,"code_owner_approval_required":true}' ;;
  *"/approval_rules "*) echo '[{"name":"all","approvals_required":2,"users":[{"username":"someone"}]}]' ;;
  *"/merge_requests?"*) echo '[{"created_at":"2026-11-01T08:00:00.123+01:00","merged_at":"2026-11-01T10:30:00.000+01:00"}]' ;;
  *"/pipelines?"*) echo '[{"status":"success"},{"status":"failed"},{"status":"running"}]' ;;
  *"/protected_environments "*) echo '[{"name":"production","required_approval_count":1}]' ;;
  *) echo '{"message":"403 Forbidden"}'; exit 1 ;;
esac
"##;

#[test]
fn a_group_of_gitlab_comes_with_its_settings() {
    let Some(place) = Place::new("gitlab") else { return };
    if !has("jq") {
        return;
    }
    place.repository("origin", "");
    place.tool("glab", &GITLAB.replace("$ORIGIN", &place.root.join("origin").display().to_string()));
    good(&place.run(&["--gitlab", "acme/team"]));
    assert_eq!(place.files(), ["acme__team__shop.tar.gz", "cairn-host.json"]);
    let text = place.metadata();
    for gone in [SECRET, "someone"] {
        assert!(!holds(&place.root.join("cairn-export"), gone), "{gone}: {text}");
    }
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let shop = &json["repositories"][0];
    assert_eq!(shop["reviews"], serde_json::json!({"requests": 1, "median-hours-to-merge": 2.5}));
    assert_eq!(shop["runs"], serde_json::json!({"runs": 2, "successes": 1}));
    let facts = place.facts();
    let matches = &facts.repositories[0].matches;
    for rule in [
        "host.two-reviews",
        "host.code-owner-review",
        "host.pull-request",
        "host.no-force-push",
        "host.required-checks",
        "host.environment-gate",
    ] {
        assert!(matches.contains_key(rule), "{rule}: {text}");
    }
}

#[test]
fn wrong_usage_is_reported() {
    let Some(place) = Place::new("usage") else { return };
    for args in [&[][..], &["--nothing"], &["--github"], &["--help"]] {
        let output = place.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("sh export.sh --github ORG"), "{args:?}");
    }
    // A scanner that gets nothing from it finds nothing.
    assert!(Scanner::new(&common::rules()).finish().repositories.is_empty());
}
