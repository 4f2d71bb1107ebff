//! The pages: a module or a folder for each route. What two of them share stands in `components` or `view`.

pub mod answer;
pub mod empty;
pub mod estate;
pub mod evidence;
pub mod help;
pub mod models;
pub mod overview;
pub mod practices;
pub mod present;
pub mod roadmap;
pub mod share;
pub mod start;
