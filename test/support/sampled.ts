const profilesMax = 20

/** Takes profiles until one `shows` what is looked for, and gives the last: whether a sampler meets a short kernel is a matter of chance. */
export async function sampled<Profile>(
  take: () => Promise<Profile>,
  shows: (profile: Profile) => boolean,
): Promise<Profile> {
  let profile = await take()
  for (let taken = 1; taken < profilesMax && !shows(profile); taken++) profile = await take()
  return profile
}
