//! Compiles every Rust block of README.md and docs/ against the demo workspace.
//!
//! The blocks become functions of one generated file (`build.rs`), named by page and line, so
//! that a block that no longer compiles is found at once.

mod crm {
    telecrm_runtime::include_workspace!();
}

/// Items that the blocks take as given: names that a page has introduced before.
#[allow(unused_imports, reason = "each block uses some of it")]
mod given {
    pub(super) use std::time::{Duration, SystemTime};

    pub(super) use crate::crm;
    pub(super) use telecrm_runtime::{Client, EnterpriseId};

    pub(super) type Outcome = Result<(), Box<dyn std::error::Error>>;

    /// A form as a web framework hands it over.
    pub(super) struct Form {
        pub(super) phone: String,
        pub(super) email: String,
    }

    pub(super) fn form() -> Form {
        Form { phone: "098765 43210".to_owned(), email: "asha.rao@example.com".to_owned() }
    }

    /// A lead with an action.
    pub(super) fn lead() -> crm::Lead {
        crm::Lead::new(telecrm_runtime::phone!("919876543210"))
            .action(crm::actions::SiteVisit::new().note("Came with both parents"))
    }

    pub(super) fn leads() -> Vec<crm::Lead> {
        vec![lead()]
    }

    /// The client that the environment describes.
    pub(super) fn client() -> Result<Client, telecrm_runtime::BuildError> {
        Client::from_env()
    }
}

#[allow(
    dead_code,
    unused,
    clippy::all,
    clippy::pedantic,
    reason = "the blocks are compiled, and shown to people as they stand"
)]
mod blocks {
    use super::given;

    include!(concat!(env!("OUT_DIR"), "/blocks.rs"));
}
