/** `postern django-settings`: the Python that makes a Django project say how it is set up. */
import { DJANGO_SNIPPET } from '../../django-project.ts'
import type { Command } from '../command.ts'

export const djangoSettings: Command = {
  name: 'django-settings',
  summary: "Prints Python that tells a Django project's settings as JSON.",
  takes: '',
  more: `In the folder of the Django project:

  python manage.py shell -v 0 -c "$(npx postern django-settings)" > django.json

The secret key is not in it. djangoSettings('django.json') of postern/django makes the settings of createPostern out of it.`,
  options: {},
  run: async ({ terminal }) => {
    terminal.print(DJANGO_SNIPPET.trimEnd())
    return 0
  },
}
