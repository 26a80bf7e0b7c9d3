//! `GET /team-members`, all or one.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{boolean, page_up_to};
use crate::{
    server::{refusal::Refusal, request::Query},
    team::TeamMember,
};

pub(super) fn list(team: &[TeamMember], query: &Query) -> Result<Response, Refusal> {
    let (skip, limit) = page_up_to(query, 10)?;
    let deleted = boolean(query, "includeDeleted")?;
    let listed: Vec<&TeamMember> = team.iter().filter(|it| deleted || !it.is_deleted()).collect();
    let page: Vec<&TeamMember> = listed.iter().skip(skip).take(limit).copied().collect();
    Ok(Json(json!({ "data": page, "total_count": listed.len() })).into_response())
}

pub(super) fn one(team: &[TeamMember], email: &str) -> Result<Response, Refusal> {
    let member = team.iter().find(|it| it.has_email(email)).ok_or_else(|| {
        let message = format!("The team member with email {email} was not found.");
        Refusal::not_found("TEAM_MEMBER_NOT_FOUND", message)
    })?;
    Ok(Json(member).into_response())
}
