Mix.Tasks.Mobilizon.Common.start_mobilizon()

if Mobilizon.Storage.Repo.aggregate(Mobilizon.Users.User, :count) == 0 do
  password = "/run/secrets/admin/@admin.key@" |> File.read!() |> String.trim()

  Mobilizon.Users.register(%{
    email: "@admin.mail@",
    password: password,
    role: :administrator,
    confirmed_at: DateTime.utc_now(),
    confirmation_sent_at: nil,
    confirmation_token: nil
  })
  |> case do
    {:ok, _} -> :ok
    {:error, changeset} -> raise "The administrator is refused: #{inspect(Keyword.keys(changeset.errors))}"
  end
end
