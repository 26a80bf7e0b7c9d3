//! Team members of the workspace, for the Sync API.

use serde::Serialize;

/// A team member in the response of `GET …/team-members`.
///
/// ```
/// use telecrm_emulator::TeamMember;
///
/// let member = TeamMember::new("Asha Rao", "asha.rao@example.com").status("On Leave");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use]
pub struct TeamMember {
    name: String,
    email: String,
    status: String,
    permission_template_name: &'static str,
    license: &'static str,
}

impl TeamMember {
    /// Creates an active member.
    pub fn new(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            email: email.into(),
            status: "Active".to_owned(),
            permission_template_name: "Caller",
            license: "Standard",
        }
    }

    /// Sets the status: `Active`, `Inactive`, `On Leave`, `Working`, `Invited` or `Deleted`.
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.status = status.into();
        self
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.status == "Deleted"
    }

    pub(crate) fn has_email(&self, email: &str) -> bool {
        self.email.eq_ignore_ascii_case(email)
    }
}

/// Returns the default team.
pub(crate) fn made_up() -> Vec<TeamMember> {
    vec![
        TeamMember::new("Emulator", "emulator@example.com"),
        TeamMember::new("Former Member", "former@example.com").status("Deleted"),
    ]
}
