/** What an id may be made of, as it stands in topics and addresses. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
