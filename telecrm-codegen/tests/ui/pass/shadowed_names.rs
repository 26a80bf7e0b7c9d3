//! Names around the generated module do not reach into it.

#![deny(warnings, missing_docs, unsafe_code)]
#![allow(dead_code)]

pub mod crm {
    //! A module that calls everything by other names.
    #![allow(missing_docs)]

    pub struct Option;
    pub struct Vec;
    pub struct Result;
    pub struct String;
    pub mod core {}
    pub mod std {}
    pub mod telecrm_runtime {}

    pub mod generated {
        include!("../../snapshots/generated__tickets.snap.rs");
    }
}

fn main() {
    let ticket = telecrm_runtime::literal!(telecrm_runtime::NonBlankText, "T-1");
    let lead = crm::generated::Lead::new(ticket).action(crm::generated::actions::Closed::new());
    assert_eq!(
        telecrm_runtime::to_json(&lead),
        r#"{"fields":{"ticket":"T-1"},"actions":[{"type":"ACTION_7","fields":{}}]}"#
    );
}
