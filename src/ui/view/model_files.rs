//! Model files: those of the site, and those that a person imported.

use super::models::title;

/// A model that can be chosen: an entry of `models/index.yaml`, or a file of the person's own.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ModelEntry {
    /// Model id; the folder of its file.
    pub id: String,
    /// Version; the name of its file.
    pub version: String,
    /// Name for people.
    pub name: String,
    /// When to choose it.
    pub when: String,
    /// What kind of file of the person's own it is; none for a model of this site.
    #[serde(skip)]
    pub own: Option<FileKind>,
}

impl ModelEntry {
    /// Its [`model_key`].
    #[must_use]
    pub fn key(&self) -> String {
        model_key(&self.id, &self.version)
    }

    /// Name and version.
    #[must_use]
    pub fn title(&self) -> String {
        title(&self.name, &self.version)
    }
}

/// What kind a file of the person's own is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A model of this application.
    Model,
    /// Changes to a model.
    Overlay,
    /// A DSOMM model.
    Dsomm,
    /// Questions of a platform assessment.
    Pemm,
    /// Rules.
    Rules,
}

impl FileKind {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Overlay => "overlay",
            Self::Dsomm => "DSOMM model",
            Self::Pemm => "file of platform questions",
            Self::Rules => "rules",
        }
    }
}

/// A file of the person's own, as the browser keeps it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OwnFile {
    /// What it is.
    pub kind: FileKind,
    /// Id of the model, or the name of a rules file.
    pub id: String,
    /// Version of the model; empty for rules.
    pub version: String,
    /// Name for people.
    pub name: String,
    /// Its text, exactly.
    pub text: String,
}

impl OwnFile {
    /// Its key in the browser's database.
    #[must_use]
    pub fn key(&self) -> String {
        model_key(&self.id, &self.version)
    }

    /// The file among the models that can be chosen.
    #[must_use]
    pub fn entry(&self) -> ModelEntry {
        ModelEntry {
            id: self.id.clone(),
            version: self.version.clone(),
            name: self.name.clone(),
            when: format!("Your own {}, kept in this browser.", self.kind.words()),
            own: Some(self.kind),
        }
    }
}

/// The key by which a model of a version is told from every other, and kept in this browser where it is one's own.
#[must_use]
pub fn model_key(id: &str, version: &str) -> String {
    format!("{id}/{version}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(kind: FileKind) -> OwnFile {
        OwnFile {
            kind,
            id: "gitops-ours".into(),
            version: "1".into(),
            name: "GitOps, our way".into(),
            text: "schema: cairn-overlay/1\n".into(),
        }
    }

    #[test]
    fn an_own_file_can_be_chosen() {
        let entry = file(FileKind::Overlay).entry();
        assert_eq!(entry.key(), "gitops-ours/1");
        assert_eq!(entry.key(), file(FileKind::Overlay).key());
        assert_eq!(entry.title(), "GitOps, our way 1");
        assert_eq!(entry.when, "Your own overlay, kept in this browser.");
        assert_eq!(entry.own, Some(FileKind::Overlay));
    }

    #[test]
    fn kept_files_are_read_by_later_versions() {
        let kept = r#"{"kind":"dsomm","id":"gitops-ours","version":"1","name":"GitOps, our way","text":"schema: cairn-overlay/1\n"}"#;
        assert_eq!(serde_json::to_string(&file(FileKind::Dsomm)).unwrap(), kept);
        assert_eq!(serde_json::from_str::<OwnFile>(kept).unwrap(), file(FileKind::Dsomm));
    }
}
