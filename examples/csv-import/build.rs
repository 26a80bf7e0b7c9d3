//! Generates the workspace's types.

fn main() -> Result<(), telecrm_codegen::Error> {
    telecrm_codegen::compile("../../schema/workspace.yaml")
}
