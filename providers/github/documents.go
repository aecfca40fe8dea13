package github

// The GraphQL documents, constant so that the transport can tell these reads from writes. A test parses each against GitHub's schema.

// documentAccess asks for people and deploy keys of up to inventory.AccessBatch repositories. Cost: nodes is no connection; three
// connections for each of 48 repositories are 144 requests, 1.44 points, which GitHub rounds to 1 ("Rate limits and query limits for
// the GraphQL API"): 0.02 points a repository.
const documentAccess = headAccess + fragmentPeople

// documentAccessPlain is the same for tokens without read:org, which GitHub asks for where a source of access is named.
const documentAccessPlain = headAccess + fragmentPeoplePlain

// documentPeople asks for the next hundred people of one repository.
const documentPeople = headPeople + fragmentPeople

const documentPeoplePlain = headPeople + fragmentPeoplePlain

const headAccess = `query Access($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    ... on Repository {
      databaseId
      collaborators(first: 100) { ...People }
      outside: collaborators(first: 100, affiliation: OUTSIDE) {
        pageInfo { hasNextPage }
        edges { node { login } }
      }
      deployKeys(first: 100) {
        pageInfo { hasNextPage }
        nodes { title key readOnly createdAt verified enabled }
      }
    }
  }
}
`

const headPeople = `query People($id: ID!, $after: String) {
  node(id: $id) {
    __typename
    ... on Repository {
      databaseId
      collaborators(first: 100, after: $after) { ...People }
    }
  }
}
`

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

const fragmentPeoplePlain = `fragment People on RepositoryCollaboratorConnection {
  pageInfo { hasNextPage endCursor }
  edges {
    permission
    node { login }
  }
}
`

// Documents are all GraphQL documents this package sends, for transport.Options.
func Documents() []string {
	return []string{documentAccess, documentAccessPlain, documentPeople, documentPeoplePlain}
}
