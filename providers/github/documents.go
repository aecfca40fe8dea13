package github

// The GraphQL documents, constant so that the transport can tell these reads from writes. A test parses each against GitHub's schema.

// documentAccess asks for people and deploy keys of up to 50 repositories. Cost: nodes is no connection, so 2 connections for each
// repository, 100 requests = 1 point for 50 (GitHub "Rate limits for the GraphQL API").
const documentAccess = `query Access($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    id
    ... on Repository {
      collaborators(first: 100) { ...People }
      deployKeys(first: 100) {
        pageInfo { hasNextPage }
        nodes { title key readOnly createdAt verified enabled }
      }
    }
  }
}
` + fragmentPeople

// documentPeople asks for the next hundred people of one repository.
const documentPeople = `query People($id: ID!, $after: String) {
  node(id: $id) {
    __typename
    id
    ... on Repository {
      collaborators(first: 100, after: $after) { ...People }
    }
  }
}
` + fragmentPeople

const fragmentPeople = `fragment People on RepositoryCollaboratorConnection {
  pageInfo { hasNextPage endCursor }
  edges {
    permission
    node { login }
    permissionSources {
      permission
      roleName
      source {
        __typename
        ... on Organization { login }
        ... on Team { slug }
        ... on Repository { nameWithOwner }
      }
    }
  }
}
`

// documentMembers asks for an organisation's members and owners.
const documentMembers = `query Members($login: String!, $after: String) {
  organization(login: $login) {
    viewerIsAMember
    membersWithRole(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { role node { login } }
    }
  }
}
`

// Documents are all GraphQL documents this package sends, for transport.Options.
func Documents() []string { return []string{documentAccess, documentPeople, documentMembers} }
