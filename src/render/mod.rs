//! What would be applied: manifests after patches, values and templates, as far as the texts of one repository tell. Pure
//! functions from texts to objects; what a text does not tell stays unknown and is never guessed.

pub mod helm;
pub mod kustomize;
