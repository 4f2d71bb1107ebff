//! Terraform, OpenTofu and Terragrunt files, as a scan reads them.
#![no_main]

use cairn_fuzz::{RULES, SECRET, facts_hold, json, scan};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    if data.windows(SECRET.len()).any(|w| w == SECRET.as_bytes()) {
        return Corpus::Reject;
    }
    let mut whole = format!("db_password = \"{SECRET}\"\n").into_bytes();
    whole.extend_from_slice(data);
    let files: Vec<(&str, &str, &[u8])> = [
        "main.tf",
        "modules/net/main.tofu",
        "terraform.tfvars",
        "out/cdk.tf.json",
        "live/root.hcl",
        "live/terragrunt.stack.hcl",
    ]
    .iter()
    .map(|p| ("acme/infra", *p, &whole[..]))
    .collect();
    let facts = scan(&RULES, &files);
    facts_hold(&facts);
    let text = json(&facts);
    assert!(!text.contains(SECRET), "a secret's value is in the facts");
    let turned: Vec<(&str, &str, &[u8])> = files.into_iter().rev().collect();
    assert!(json(&scan(&RULES, &turned)) == text, "the order of files matters");
    Corpus::Keep
});
