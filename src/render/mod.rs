//! What tools would apply from the files of one repository, evaluated in part and within bounds.

pub(crate) mod helm;
