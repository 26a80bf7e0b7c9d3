//! Generates types from the demo workspace's schema.

fn main() -> Result<(), telecrm_codegen::Error> {
    telecrm_codegen::compile("../../schema/workspace.yaml")
}
