//! Generates the workspace's types from its schema.

fn main() -> Result<(), telecrm_codegen::Error> {
    telecrm_codegen::compile("../../schema/workspace.yaml")
}
