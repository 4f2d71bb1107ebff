//! `.cairn.yml`: what a repository says of itself.

use super::matches::ContentMatches;
use crate::{facts::Settings, yaml};

/// Whether a file holds the settings of its repository.
pub(super) fn is_settings(path: &str) -> bool {
    path == ".cairn.yml" || path == ".cairn.yaml"
}

/// Reads settings, where a file holds them.
pub(super) fn read(path: &str, text: &str, matches: &mut ContentMatches) {
    if is_settings(path) {
        let settings = yaml::read::<Settings>(text, path);
        matches.settings =
            Some(settings.map(|(settings, _)| Box::new(settings)).map_err(|problems| problems.to_string()));
    }
}
