//! Turns the demo workspace's schema into types.

fn main() -> Result<(), telecrm_codegen::Error> {
    telecrm_codegen::compile("../../schema/workspace.yaml")
}
