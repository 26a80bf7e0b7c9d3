//! The body of the Async API for other languages: JSON Schema and TypeScript.
//!
//! Both refuse wrong types, unknown labels, unknown fields and unprefixed actions in the tools of
//! the other language. JSON Schema states every rule of the [validator](crate::validate), but for:
//!
//! - A lead identifier of type EMAIL may have spaces around it; JSON Schema refuses them.
//! - An open list refuses labels of which nothing is visible; JSON Schema refuses spaces alone.
//! - Of a key that is repeated in one object, each reader decides for itself which value counts.
//!
//! TypeScript knows the types of values, not their grammars: an email is any string there.

mod json_schema;
mod typescript;

pub use self::{json_schema::json_schema, typescript::typescript};
