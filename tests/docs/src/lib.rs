//! Compiles every Rust block of README.md and docs/ against the demo workspace.
//!
//! The blocks become functions of one generated file (`build.rs`), named by page and line, so
//! that the error of a block names its place.

mod crm {
    telecrm_runtime::include_workspace!();
}

mod acme {
    telecrm_runtime::include_workspace!("acme");
}

mod gupta {
    telecrm_runtime::include_workspace!("gupta");
}

/// Names that a page has introduced before a block.
#[allow(unused_imports, reason = "each block uses some of the names")]
mod given {
    pub(super) use std::time::{Duration, SystemTime};

    pub(super) use crate::{acme, crm, gupta};
    pub(super) use telecrm_runtime::{Client, EnterpriseId};

    pub(super) type Outcome = Result<(), Box<dyn std::error::Error>>;

    /// A form as passed by a web framework.
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

    /// A lead of any workspace, from docs/several-workspaces.md.
    pub(super) fn enquiry<L: telecrm_runtime::GeneratedLead>(
        phone: &str,
        name: &str,
    ) -> Result<L, Box<dyn std::error::Error>> {
        let mut lead = L::from_identifier(phone, &telecrm_runtime::ParseOptions::new())?;
        lead.set("name", name)?;
        lead.set("source", "Website")?;
        Ok(lead)
    }

    /// A client with the environment's settings.
    pub(super) fn client() -> Result<Client, telecrm_runtime::BuildError> {
        Client::from_env()
    }
}

#[allow(
    dead_code,
    unused,
    clippy::all,
    clippy::pedantic,
    reason = "users read the blocks unchanged"
)]
mod blocks {
    use super::given;

    include!(concat!(env!("OUT_DIR"), "/blocks.rs"));
}
