//! The three generators, from the text of a schema to formatted code.

use std::path::Path;

pub fn telecrm(yaml: &str) -> String {
    let generated = telecrm_codegen::Config::new().generate(yaml).expect("the workload is valid");
    assert!(generated.warnings.is_empty());
    generated.code
}

pub fn prost(folder: &Path) -> String {
    let descriptors =
        protox::compile([folder.join("crm.proto")], [folder]).expect("the workload is valid");
    prost_build::Config::new()
        .out_dir(folder)
        .compile_fds(descriptors)
        .expect("the workload is valid");
    std::fs::read_to_string(folder.join("crm.rs")).expect("prost-build wrote the file")
}

pub fn typify(schema: &str) -> String {
    let schema = serde_json::from_str(schema).expect("the workload is JSON");
    let mut space = typify::TypeSpace::new(&typify::TypeSpaceSettings::default());
    space.add_root_schema(schema).expect("the workload is valid");
    let file = syn::parse2(space.to_stream()).expect("typify generates Rust");
    prettyplease::unparse(&file)
}
