//! Components bound to the state and to actions, where several pages show the same.

pub mod advice;
pub mod frame;
pub mod practice;
pub mod radar;
