//! YAML as a tree of positioned nodes, and why a text could not be read as one.

mod indentation;
mod node;
mod outline;
mod spell;
mod tree;
mod yaml_error;

pub use self::node::{Node, Value};
pub use self::outline::{Outline, Shape};
pub use self::spell::{escaped_scalar, key, scalar};
pub use self::tree::Tree;
use crate::diagnostic::Report;

/// Reads the text of the report's source as YAML, and no more.
pub fn parse(report: &mut Report) -> Option<Node> {
    if !report.has_places() {
        let parsed = node::parse_plain(report.source().text());
        return parsed.map_err(|error| yaml_error::explain(&error, report.with_places())).ok();
    }
    match node::parse(report.source().text()) {
        Ok(node) => {
            indentation::check(&node, report);
            (!report.has_errors()).then_some(node)
        }
        Err(error) => {
            yaml_error::explain(&error, report);
            None
        }
    }
}
